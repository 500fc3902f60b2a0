"""Executes the notebooks from their first cell to the last, and fails where a cell fails.

    python execute_notebooks.py                                      # a check; changes no file
    python execute_notebooks.py --write wide_resnet_in_java.ipynb    # keeps what the cells have put out

The notebooks take the Java classes from `./wrn`, which is to be up to date.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

FOLDER = pathlib.Path(__file__).resolve().parent
SECONDS_PER_CELL = 600


def execute(notebook, log):
    """Runs all cells in a kernel of their own, in the folder of the notebooks; the log gets what the kernel says."""
    NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute(stdout=log, stderr=log)


def clean(notebook):
    """Takes away what tells of this machine, or differs from one execution to the next for no reason."""
    notebook.metadata.language_info.pop("version", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", ()):
                output.data.pop("text/plain", None)  # the object's address
                output.data["image/png"] = output.data["image/png"].replace("\n", "")


def write(notebook, path):
    temporary = path.with_name(path.name + ".tmp")
    nbformat.write(notebook, temporary)
    os.replace(temporary, path)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=pathlib.Path, metavar="NOTEBOOK", help="default: all")
    parser.add_argument("--write", action="store_true", help="write the outputs into the notebooks")
    options = parser.parse_args(arguments)

    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["TMPDIR"] = scratch
        os.environ["JJAVA_JVM_OPTS"] = f"-Djava.awt.headless=true -Djava.io.tmpdir={scratch}"
        for path in options.notebooks or sorted(FOLDER.glob("*.ipynb")):
            notebook, start = nbformat.read(path, nbformat.NO_CONVERT), time.perf_counter()
            log = pathlib.Path(scratch, path.stem + ".log")
            try:
                with open(log, "w") as file:
                    execute(notebook, file)
            except (CellExecutionError, DeadKernelError, TimeoutError) as error:
                reason = f"{error.ename}: {error.evalue}\n" if isinstance(error, CellExecutionError) else ""
                print(f"{path.name}: {error}{reason}{log.read_text()}", file=sys.stderr)
                failed = True
                continue
            print(f"{path.name}: {time.perf_counter() - start:.0f} s", flush=True)
            if options.write:
                clean(notebook)
                write(notebook, path)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
