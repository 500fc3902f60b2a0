"""Who is chosen, compared, measured again and marked as failed; nothing is timed."""

import contextlib
import dataclasses
import io
import sys
import unittest

import results
import turns
from results import Line


@dataclasses.dataclass(frozen=True)
class Played(turns.Setting):
    """A setting that was measured before: its command is the values, and None where it failed."""

    command: list = dataclasses.field(hash=False)

    def measure(self, folder):
        value = self.command.pop(0)
        if value is None:
            raise turns.Failed("killed by SIGKILL")
        return {"rate": value}


def setting(contender, *values, name="plain"):
    return Played(contender, name, list(values))


def row(*settings, more_is_better=True):
    return turns.Row("Work", "rate", "images/s", list(settings), more_is_better, text="What is in it.")


def silently(work, *arguments):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return work(*arguments)


def measured(rounds, *settings, more_is_better=True):
    return silently(turns.measure, row(*settings, more_is_better=more_is_better), rounds)


class ChoiceTest(unittest.TestCase):
    def test_a_setting_is_chosen_by_the_median_of_two_rounds(self):
        first, second = setting("peer", 100, 90, name="lucky once"), setting("peer", 98, 98, 97, name="steady")
        table = measured(3, setting("ours", 99, 99, 99), first, second)
        self.assertEqual(["plain", "steady"], [line.setting for line in table.lines])
        self.assertEqual([98, 98, 97], table.lines[1].values)

    def test_the_least_time_is_chosen(self):
        slow, fast = setting("peer", 3, 3, name="slow"), setting("peer", 2, 2, 2, name="fast")
        table = measured(3, setting("ours", 1, 1, 1), slow, fast, more_is_better=False)
        self.assertEqual("fast", table.lines[1].setting)

    def test_one_round_is_one_round(self):
        self.assertEqual([7], measured(1, setting("ours", 7)).lines[0].values)


class SteadinessTest(unittest.TestCase):
    def test_a_wide_spread_lets_the_whole_row_be_measured_again(self):
        table = measured(2, setting("ours", 100, 101, 90, 91), setting("peer", 100, 120, 80, 81))
        self.assertEqual([[90, 91], [80, 81]], [line.values for line in table.lines])
        self.assertIn("Measured twice", table.text(1))
        self.assertNotIn("Unsteady", table.text(1))

    def test_what_stays_unsteady_is_marked(self):
        table = measured(2, setting("ours", 100, 101, 100, 101), setting("peer", 100, 120, 100, 120))
        self.assertIn("**Unsteady**: the spread is still as wide of peer.", table.text(1))

    def test_a_narrow_spread_is_measured_once(self):
        table = measured(2, setting("ours", 100, 115), setting("peer", 100, 100))
        self.assertNotIn("Measured twice", table.text(1))

    def test_a_setting_that_was_not_chosen_need_not_be_steady(self):
        table = measured(2, setting("ours", 9, 9), setting("peer", 8, 8), setting("peer", 1, 2, name="slow"))
        self.assertFalse(table.repeated)


class FailureTest(unittest.TestCase):
    def test_the_others_go_on_when_a_contender_fails(self):
        table = measured(3, setting("ours", 9, 9, 9), setting("peer", 8, 8, None), setting("other", 7, 7, 7))
        self.assertEqual([[9, 9, 9], [], [7, 7, 7]], [line.values for line in table.lines])
        self.assertIn("| peer | plain | failed |  |  |  |  |\n", table.text(1))
        self.assertIn("**Failed**: peer (plain): killed by SIGKILL.", table.text(1))

    def test_a_setting_that_failed_is_told_though_another_one_is_chosen(self):
        table = measured(2, setting("ours", 9, 9), setting("peer", None, name="fast"), setting("peer", 7, 7))
        self.assertEqual([7, 7], table.lines[1].values)
        self.assertIn("**Failed**: peer (fast): killed by SIGKILL.", table.text(1))

    def test_nobody_is_compared_with_ours_when_it_failed(self):
        table = measured(1, setting("ours", None), setting("peer", 8))
        self.assertIn("| peer | plain | 8 | 8 – 8 |  |  |  |\n", table.text(1))

    def test_a_process_fails_by_its_status_a_signal_or_saying_nothing(self):
        for program, why in (
            ("raise SystemExit(3)", "exit status 3"),
            ("import os; os.kill(os.getpid(), 9)", "killed by SIGKILL"),
            ("pass", "said nothing"),
        ):
            with self.subTest(why), self.assertRaisesRegex(turns.Failed, why):
                silently(turns.Setting("peer", "", (sys.executable, "-c", program)).measure, "")

    def test_time_and_memory_are_those_of_the_process(self):
        program = "print('Reading'); print('{\"rate\": 5, \"folder\": \"{folder}\"}')"
        measured = turns.Setting("peer", "", (sys.executable, "-c", program)).measure("here")
        self.assertEqual({"rate": 5, "folder": "here"}, {name: measured[name] for name in ("rate", "folder")})
        self.assertGreater(measured["process_seconds"], 0)
        self.assertGreater(measured["peak_rss_bytes"], 2**20)


class AdvantageTest(unittest.TestCase):
    ours = Line("ours", "", [101, 110, 120])

    def test_ratios_are_of_medians(self):
        self.assertEqual("1.10 ×", results.advantage_over(Line("peer", "", [98, 100, 100]), self.ours, True))
        self.assertEqual("0.91 ×", results.advantage_over(Line("peer", "", [98, 100, 100]), self.ours, False))
        self.assertEqual("0.50 ×", results.advantage_over(Line("peer", "", [121, 220, 230]), self.ours, True))

    def test_spreads_that_overlap_are_no_difference(self):
        for values in ([90, 95, 101], [120, 130, 140], [105, 106, 107], [50, 110, 200]):
            with self.subTest(values):
                self.assertEqual("no difference", results.advantage_over(Line("peer", "", values), self.ours, True))

    def test_ours_is_not_compared_with_itself(self):
        for name in ("ours", "ours, towers", "ours, winograd"):
            self.assertEqual("", results.advantage_over(Line(name, "", [1]), self.ours, True))


class TextTest(unittest.TestCase):
    def test_a_line_has_its_figures_and_costs(self):
        lines = [Line("ours", "one tower", [1000, 1010, 1020], 2**21, 90), Line("peer", "", [500, 505, 510])]
        text = results.Table(row(), lines, {}).text(100)
        self.assertTrue(text.startswith("## Work\n\nWhat is in it.\n\n| | setting | images/s, median |"), text)
        self.assertIn("| ours | one tower | 1,010 | 1,000 – 1,020 |  | 2 MiB | 0.90 |\n", text)
        self.assertIn("| peer |  | 505 | 500 – 510 | 2.00 × |  |  |\n", text)


if __name__ == "__main__":
    unittest.main()
