"""Answers what the Java tests ask, one question after the other in one process.

A question is a line on standard input: the words of a command as a JSON array. The answer is a line on standard
output: a JSON object of the exit code, what was printed and what was complained of. The first line says that all is
there, or what is missing.
"""

import contextlib
import io
import json
import sys
import traceback


def say(**facts):
    print(json.dumps(facts), flush=True)


def answer(run, words):
    printed, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaints):
        try:
            code = run(words) or 0
        except Exception:
            traceback.print_exc()
            code = 1
    return {"code": code, "printed": printed.getvalue(), "complaints": complaints.getvalue()}


def answer_all(run):
    """Lets `run` do what is asked, until nobody asks."""
    say(ready=True)
    for line in sys.stdin:
        say(**answer(run, json.loads(line)))
