"""What benchmarks/gpu checks beside the speed: the tests of the build, and the way from a training to a server."""

import base64
import json
import re
import subprocess
import sys
import urllib.request

import serve_load

ROOT = serve_load.ROOT


class Broken(Exception):
    """A check that failed; the message says which, in a sentence."""


def run(*words):
    """The last line of what a command of ./wrn prints with --json; raises Broken where it fails."""
    words = [str(word) for word in words]
    result = subprocess.run([ROOT / "wrn", *words, "--json"], capture_output=True, text=True)
    if result.returncode:
        reason = (result.stderr.strip() or "it said nothing").splitlines()[-1]
        raise Broken(f"`./wrn {words[0]}` ended with exit status {result.returncode}: {reason}")
    return json.loads(result.stdout.splitlines()[-1])


def tests(log):
    """Runs the tests of the build with CUDA and says how they ended.

    Without TF32, in which no float32 agrees to 1e-5.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    command = ["env", "NVIDIA_TF32_OVERRIDE=0", "mvn", "-B", "-ntp", "-Pgpu", "--fail-at-end", "verify"]
    with open(log, "w", encoding="utf-8") as file:
        status = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT).returncode
    return summary(log.read_text(encoding="utf-8"), status, log)


def summary(output, status, log):
    """A sentence about what Maven printed."""
    modules = re.findall(r"Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*$", output, re.M)
    run_, failures, errors, skipped = (sum(map(int, column)) for column in zip(*modules)) if modules else (0,) * 4
    if status == 0:
        return f"`mvn -Pgpu verify` passed: {run_} tests, of which {skipped} were skipped."
    failed = f"{failures + errors} of {run_} tests failed" if failures + errors else f"exit status {status}"
    return f"**Failed**: `mvn -Pgpu verify`: {failed}; see {log}."


def all_the_way(folder, network, words):
    """Trains, exports and serves a network; yields a sentence for each, and ends with the first that fails."""
    run_dir, models, data = folder / "run", folder / "models", ("--data", "generated", "--data-dir", folder / "data")
    try:
        trained = run("train", *data, "--model", network, "--run-dir", run_dir, *words)
        yield f"`train`: {network.upper()}, {trained['steps']} steps, loss {trained['test_loss']:.4g} on the test set."
        exported = run("export", *data, "--run-dir", run_dir, "--to", models)
        yield f"`export`: probabilities differ from the checkpoint's by at most {exported['max_abs_difference']:.2g}."
        alone = run("predict", serve_load.PICTURE, "--saved-model", models)["predictions"][0]["top"][0]
        served = ask(models)
        difference = abs(served["probabilities"][alone["class_id"]] - alone["probability"])
        if difference > 1e-3:
            raise Broken(f"`./wrn serve` and `./wrn predict` differ by {difference:.2g} in a probability")
        yield f"`serve`: a picture over REST; its probability differs from that of `predict` by {difference:.2g}."
    except Broken as broken:
        print(broken, file=sys.stderr)
        yield f"**Failed**: {broken}."


def ask(models):
    """What a server that is started for it answers for a picture."""
    picture = {"b64": base64.b64encode(serve_load.PICTURE.read_bytes()).decode()}
    body = json.dumps({"signature_name": "image_bytes", "instances": [picture]})
    server, address = serve_load.start_server(models)
    try:
        with urllib.request.urlopen(address + "v1/models/wrn:predict", body.encode(), timeout=120) as answer:
            return json.load(answer)["predictions"][0]
    except OSError as error:
        raise Broken(f"`./wrn serve` did not answer: {error}") from None
    finally:
        server.terminate()
        server.wait()

