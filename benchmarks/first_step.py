"""How long `wrn train` takes from its start to the end of the first step of WRN-16-2."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

WRN = pathlib.Path(__file__).resolve().parent.parent / "wrn"


def main(data):
    with tempfile.TemporaryDirectory() as folder:
        what = ("--model", "wrn-16-2", "--data-dir", data, "--run-dir", f"{folder}/run")
        start = time.perf_counter()
        with subprocess.Popen([WRN, "train", *what], stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if line.startswith("first step done"):
                    print(json.dumps({"seconds": time.perf_counter() - start}))
                    process.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
