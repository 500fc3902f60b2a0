"""Checks what is committed of the notebooks: executed from top to bottom, and nothing in it of the machine."""

import json
import pathlib
import re
import unittest

NOTEBOOKS = sorted(pathlib.Path(__file__).resolve().parent.glob("*.ipynb"))
# Folders of users and temporary files, times of execution, addresses of objects.
MACHINE = re.compile(r"/home/|/root/|/tmp/|/Users/|20\d\d-\d\d-\d\dT\d\d:\d\d|@[0-9a-f]{6,8}\b|0x[0-9a-f]{6,}")


def text_of(output):
    data = output.get("data", {})
    texts = [output.get("text", ""), *(data[kind] for kind in data if kind.startswith("text/"))]
    return "".join("".join(text) for text in texts)


class NotebooksTest(unittest.TestCase):
    def setUp(self):
        self.notebooks = {path.name: json.loads(path.read_text()) for path in NOTEBOOKS}

    def code_cells(self):
        for name, notebook in self.notebooks.items():
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    yield f"{name}, cell {cell['id']}", cell

    def test_there_are_notebooks(self):
        self.assertEqual(list(self.notebooks), ["compare_with_keras.ipynb", "wide_resnet_in_java.ipynb"])

    def test_all_cells_were_executed_in_order(self):
        for name, notebook in self.notebooks.items():
            counts = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
            self.assertEqual(counts, list(range(1, len(counts) + 1)), name)

    def test_no_cell_complains(self):
        for where, cell in self.code_cells():
            for output in cell["outputs"]:
                self.assertNotEqual(output["output_type"], "error", where)
                self.assertNotEqual(output.get("name"), "stderr", f"{where}: {text_of(output)}")
                self.assertNotRegex(text_of(output), "WARN|Warning", where)

    def test_outputs_say_nothing_of_the_machine(self):
        for where, cell in self.code_cells():
            for output in cell["outputs"]:
                self.assertNotRegex(text_of(output), MACHINE, where)
            self.assertEqual(cell["metadata"], {}, where)

    def test_they_are_small(self):
        for path in NOTEBOOKS:
            self.assertLess(path.stat().st_size, 1_000_000, path.name)


if __name__ == "__main__":
    unittest.main()
