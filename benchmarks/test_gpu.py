"""What is read from nvidia-smi, which versions are refused, and which rows are chosen; nothing is timed."""

import os
import pathlib
import subprocess
import sys
import types
import unittest

import gpu
import gpu_checks
import gpu_predictions
import gpu_rows
import nvidia
import results
from gpu_rows import Form

HELP = """Usage: ./wrn bench train [-h] [--xla] [--precision=fp32|bf16|fp16|auto]
       [--tf32=on|off]
  -h, --help               Show this text.
      --precision=fp32|bf16|fp16|auto
                           Number format.
      --tf32=on|off        Whether --precision=none may
                             --be=read from a description.
      --towers=N|auto      Parts.
      --xla                Let XLA compile.
"""


class NvidiaSmiTest(unittest.TestCase):
    def test_every_line_is_a_gpu(self):
        output = "NVIDIA A100-SXM4-80GB, 550.54.15, 81920, 8.0\nTesla T4, 550.54.15, 15360, 7.5\n"
        a100, t4 = nvidia.parse(output)
        self.assertEqual(nvidia.Gpu("NVIDIA A100-SXM4-80GB", "550.54.15", 81920, "8.0"), a100)
        self.assertEqual("Tesla T4, 15,360 MiB, compute capability 7.5", str(t4))

    def test_memory_that_the_gpu_shares_with_the_host_is_none_of_its_own(self):
        self.assertEqual(0, nvidia.parse("NVIDIA GB10, 580.95.05, [N/A], 12.1\n")[0].memory_mib)

    def test_what_is_no_gpu_is_quoted(self):
        for output, why in (
            ("", "shows no GPU.$"),
            ("No devices were found\n", "says: No devices were found.$"),
            ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", "NVIDIA driver.$"),
            ("Failed to initialize NVML: Driver/library version mismatch\n", "version mismatch.$"),
            ('Field "compute_cap" is not a valid field to query.\n', "compute_cap"),
        ):
            with self.subTest(output), self.assertRaisesRegex(nvidia.Unusable, why):
                nvidia.parse(output)

    def test_an_old_driver_or_gpu_is_refused(self):
        nvidia.check(nvidia.parse("Tesla P100-PCIE-16GB, 525.60.13, 16384, 6.0\n"))
        for output, why in (
            ("Tesla T4, 470.256.02, 15360, 7.5\n", "525.60.13 or newer"),
            ("Tesla T4, 525.60.11, 15360, 7.5\n", "525.60.13 or newer"),
            ("Tesla M60, 535.54.03, 8192, 5.2\n", "needs 6.0 or more"),
        ):
            with self.subTest(output), self.assertRaisesRegex(nvidia.Unusable, why):
                nvidia.check(nvidia.parse(output))


    def test_a_machine_without_a_gpu_gets_a_sentence(self):
        command = [sys.executable, pathlib.Path(gpu.__file__)]
        result = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PATH": "/nowhere"})
        self.assertEqual(2, result.returncode)
        sentence = "No GPU can be measured: there is no nvidia-smi here, so NVIDIA's driver is not installed.\n"
        self.assertEqual(("", sentence), (result.stdout, result.stderr))


class LibrariesTest(unittest.TestCase):
    @staticmethod
    def load(cudnn, missing=()):
        def runtime(version):
            version._obj.value = 12060

        library = types.SimpleNamespace(cudaRuntimeGetVersion=runtime, cudnnGetVersion=lambda: cudnn)
        return lambda name: None if name in missing else library

    def test_versions_are_read_from_the_libraries(self):
        self.assertEqual(("12.6", "9.5.1"), nvidia.cuda_and_cudnn(self.load(90501)))
        self.assertEqual(("12.6", "9.10.2"), nvidia.cuda_and_cudnn(self.load(91002)))

    def test_an_old_cudnn_is_refused(self):
        with self.assertRaisesRegex(nvidia.Unusable, "cuDNN is 9.2.1, and TensorFlow 2.18 needs 9.3"):
            nvidia.cuda_and_cudnn(self.load(90201))

    def test_all_that_is_missing_is_named(self):
        with self.assertRaisesRegex(nvidia.Unusable, "libcufft.so.11, libcudnn.so.9; docs/gpu.md"):
            nvidia.cuda_and_cudnn(self.load(90501, missing=("libcudnn.so.9", "libcufft.so.11")))


class RowsTest(unittest.TestCase):
    known = gpu_rows.options(HELP)

    def test_options_and_their_values_are_read_from_the_help(self):
        self.assertEqual({"help", "precision", "tf32", "towers", "xla"}, set(self.known))
        self.assertEqual({"fp32", "bf16", "fp16", "auto"}, self.known["precision"])
        self.assertEqual({"on", "off"}, self.known["tf32"])

    def test_each_network_is_measured_in_each_format(self):
        rows, skipped = gpu_rows.choose(Form.of_gpus(1, 300, 3), self.known)
        expected = [
            (model, name)
            for model in ("wrn-16-2", "wrn-40-4", "wrn-28-10")
            for name in ("fp32", "TF32", "bf16", "fp16")
        ]
        self.assertEqual(expected, [row[:2] for row in rows])
        self.assertEqual([], skipped)
        words = {name: variants[0].words for _, name, _, variants in rows}
        self.assertEqual(("--precision", "fp32", "--tf32", "off"), words["fp32"])
        self.assertEqual(("--precision", "fp32", "--tf32", "on"), words["TF32"])
        self.assertEqual(("--precision", "fp16"), words["fp16"])

    def test_one_gpu_is_measured_without_and_with_xla(self):
        variants = gpu_rows.choose(Form.of_gpus(1, 300, 3), self.known)[0][0][3]
        self.assertEqual(["ours", "ours, XLA"], [variant.contender for variant in variants])
        self.assertEqual([False, True], ["--xla" in variant.words for variant in variants])

    def test_several_gpus_are_also_measured_together(self):
        variants = gpu_rows.choose(Form.of_gpus(8, 300, 3), self.known)[0][-1][3]
        self.assertEqual([1, 1, 8, 8], [variant.devices for variant in variants])
        self.assertEqual(("--precision", "fp16", "--towers", "8", "--xla"), variants[-1].words)

    def test_a_dry_run_measures_all_in_one_format_alone(self):
        rows, _ = gpu_rows.choose(Form.dry(), self.known)
        self.assertEqual([4, 1, 1, 1], [len(row[3]) for row in rows])

    def test_what_the_command_does_not_know_is_left_out_with_a_sentence(self):
        rows, skipped = gpu_rows.choose(Form.dry(), {"precision": {"fp32", "bf16"}})
        self.assertEqual(["bf16"], [row[1] for row in rows])
        self.assertEqual(4, len(rows[0][3]))
        self.assertEqual(
            [
                "fp32 is left out: `./wrn bench train` has no `--tf32 off`.",
                "TF32 is left out: `./wrn bench train` has no `--tf32 on`.",
                "fp16 is left out: `./wrn bench train` has no `--precision fp16`.",
            ],
            skipped,
        )


    def test_a_row_measures_ours_and_the_peers_with_the_predictions(self):
        form = Form.of_gpus(2, 300, 3)
        rows, _ = gpu.rows(form, self.known, {"PyTorch": "PyTorch 2.15"}, "python", "auto")
        row = rows[1]
        self.assertEqual("Training step, WRN-16-2, TF32, batches of 128 for each device", row.title)
        self.assertEqual(
            ["ours", "ours, XLA", "ours, all devices", "ours, all devices, XLA", "PyTorch 2.15", "PyTorch 2.15"],
            [setting.contender for setting in row.settings],
        )
        ours, peer = row.settings[2].command, row.settings[4].command
        self.assertEqual(256, ours[ours.index("--batch-size") + 1])
        self.assertEqual("tf32", peer[peer.index("--precision") + 1])
        self.assertEqual([True, False, True, False], [setting.predicted > 0 for setting in row.settings[:4]])


class ChecksTest(unittest.TestCase):
    def test_the_tests_of_all_modules_are_added_up(self):
        log = "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in A\n" + 2 * (
            "[WARNING] Tests run: 10, Failures: 0, Errors: 0, Skipped: 2\n"
        )
        passed = "`mvn -Pgpu verify` passed: 20 tests, of which 4 were skipped."
        self.assertEqual(passed, gpu_checks.summary(log, 0, "x"))
        log += "[ERROR] Tests run: 5, Failures: 1, Errors: 2, Skipped: 0\n"
        self.assertEqual(
            "**Failed**: `mvn -Pgpu verify`: 3 of 25 tests failed; see x.", gpu_checks.summary(log, 1, "x")
        )
        self.assertIn("exit status 1; see x", gpu_checks.summary("no compiler", 1, "x"))


class PredictionTest(unittest.TestCase):
    def test_the_model_of_the_page_is_asked(self):
        one, eight = (gpu_predictions.images_per_second("wrn-28-10", gpus, 128, "TF32") for gpus in (1, 8))
        self.assertGreater(one, 100)
        self.assertTrue(one < eight <= 8.001 * one, (one, eight))
        page = (pathlib.Path(__file__).parents[1] / "docs/scaling.md").read_text(encoding="utf-8")
        self.assertIn(f"{one:,.0f}", page)

    def test_it_knows_neither_other_networks_nor_other_formats(self):
        self.assertEqual(0, gpu_predictions.images_per_second("wrn-40-4", 1, 128, "TF32"))
        self.assertEqual(0, gpu_predictions.images_per_second("wrn-28-10", 1, 128, "bf16"))

    def test_predictions_have_a_column_where_there_are_some(self):
        row = types.SimpleNamespace(title="Work", text="", unit="images/s", more_is_better=True)
        lines = [results.Line("ours", "", [1000], predicted=2000), results.Line("peer", "", [500])]
        text = results.Table(row, lines, {}).text(None)
        self.assertIn("| peak memory | of SGEMM | predicted |\n|---|---|---:|---:|---:|---:|---:|---:|\n", text)
        self.assertIn("|  |  |  | 2,000 |\n", text)
        self.assertIn("| 2.00 × |  |  |  |\n", text)
        self.assertNotIn("predicted", results.Table(row, lines[1:], {}).text(None))


if __name__ == "__main__":
    unittest.main()
