"""Compares the model with what ../scaling.md says was measured, and with the tables there."""

import unittest
from pathlib import Path

import model

WRN_16_2, WRN_28_10 = model.NETWORKS
PAGE = (Path(__file__).parent.parent / "scaling.md").read_text()


def loopback(size):
    """Milliseconds of a sum of two processes; no link is slower than gRPC."""
    return 1e3 * model.exchange(size, 2, float("inf"))


class ModelTest(unittest.TestCase):
    def agrees(self, predicted, low, high, tolerance):
        self.assertGreater(predicted, low * (1 - tolerance))
        self.assertLess(predicted, high * (1 + tolerance))

    def test_sums_of_two_processes(self):
        for size, milliseconds in ((4, 0.7), (2.8e6, 5.6), (11e6, 24), (146e6, 414)):
            with self.subTest(size=size):
                self.agrees(loopback(size), milliseconds, milliseconds, 0.15)

    def test_two_workers_of_one_core_each(self):
        step = 0.22 + loopback(model.BYTES * WRN_16_2.values) / 1e3
        self.agrees(128 / step, 588, 619, 0.05)

    def test_eight_gpus_do_not_wait_for_the_pipeline(self):
        rate = model.images_per_second(WRN_16_2, model.A100, 8, 128, model.NETWORK_10G)
        self.assertLess(rate, model.PIPELINE)

    def test_a_tower_more_costs_copies_launches_and_bytes(self):
        self.assertEqual([model.copies(towers) for towers in (1, 2, 8)], [0, 5, 35])
        seconds = [model.gather(WRN_28_10, model.A100, towers) for towers in (1, 2, 8)]
        self.assertEqual(seconds[0], 0)
        bytes_of_link = 2 * 7 * model.BYTES * WRN_28_10.values / model.A100.between_towers
        self.assertGreater(seconds[2], bytes_of_link + 35 * model.COPY_START)

    def test_the_page_has_the_tables(self):
        for network in model.NETWORKS:
            self.assertIn(model.table(network), PAGE)


if __name__ == "__main__":
    unittest.main()
