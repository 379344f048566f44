"""The tally of the run: one line for each check, one line to close."""


class Tally:
    """Counts what passed and what failed."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, sentence, holds, why_not=""):
        """Counts one check and prints it; `why_not` is shown only when it fails."""
        self.passed += bool(holds)
        self.failed += not holds
        print(f"{'ok  ' if holds else 'FAIL'}  {sentence}", flush=True)
        if not holds and why_not:
            print("      " + str(why_not).rstrip().replace("\n", "\n      "), flush=True)
        return bool(holds)

    def closing_line(self):
        return f"{self.passed} passed, {self.failed} failed"
