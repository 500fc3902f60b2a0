"""How long a command takes from its start to its line `first step done`; then it is ended."""

import json
import subprocess
import sys
import time


def main(command):
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line.startswith("first step done"):
                print(json.dumps({"seconds": time.perf_counter() - start}))
                process.terminate()
                return 0
    return process.returncode or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
