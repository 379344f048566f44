"""The arithmetic behind the tables: python3 -m unittest discover -s tests/bench"""

import threading
import unittest
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer

from aims import judged, page_aims
from asking import Times, _one_connection, _request
from load import percentile, uncorrected
from report import pages_section, report
from survey import _facet_total


def as_wrk_corrects(raw: Counter, mean: int) -> Counter:
    """stats_correct of wrk 4.1, to have something to undo."""
    data = Counter(raw)
    for value in range(2 * mean, max(raw) + 1):
        lower = value - mean
        while data[value] and lower > mean:
            data[lower] += data[value]
            lower -= mean
    return data


def figure(rate: float, **other) -> dict:
    return {
        "connections": 8, "answer_bytes": 100, "answers": 1000, "errors": {}, "rate": rate, "rates": [rate],
        "p50": 1.0, "p99": 4.0, "p99_raw": 4.0, "max": 5.0, "server_micros": 10.0, "server_cores": 1.0,
        "client_cores": 0.5, "foreign_cores": 0.0, **other,
    }


def results(key: str, **figures) -> dict:
    floors = {name: f"GET /{name}" for name in figures if name != "real"}
    return {
        "date": "2030-01-01", "version": "soundings 1", "seconds": 8, "binary_bytes": 1, "sync_ms": 1.0,
        "waking_ms": 0.1, "start_seconds": 1.0, "busy_before": 0.0, "stolen": 0.0,
        "machine": {"cpu": "c", "cores": 2, "memory_bytes": 2**30, "kernel": "k", "filesystem": "ext4"},
        "store": {"examples": 100_000, "reflections": 10_000, "own": 2_000, "bytes": 1, "seed_seconds": 1.0, "seeded_by": "s"},
        "asked": dict.fromkeys(("own", "rare", "common", "two", "reflections", "examples", "accounts"), "x"),
        "demo_memory": {"now": 199_000_000},
        "cases": {key: {"title": key, "floors": floors, "levels": {"8": figures}}},
    }


def pages(style: int = 40_000, **home) -> dict:
    one = {"answers": 10, "errors": 0, "p50": 2.0, "p95": 3.0, "p99": 4.0, "server_ms": 1.0}
    ways = {"page": one | home, "GET /me/returning": one | {"p50": 1.0}, "together": one | {"p50": 4.0}}
    return {
        "seconds": 4, "reflections": 10_000, "waits": {"shares": 6, "marks": 12, "begun": 2},
        "views": {"home": {"title": "home page", "beside": "together", "levels": {"1": ways, "8": ways}}},
        "weight": {"css": style, "js": 20_000, "woff2": 900_000, "svg": 1, "pages": {"home": {"sent": 5, "coding": "br", "plain": 9}}},
    }


class Brief(BaseHTTPRequestHandler):
    """Answers what its path says, in one piece."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.wfile.write(f"HTTP/1.1 {self.path[1:]} Said\r\nContent-Length: 4\r\n\r\nbody".encode())

    def log_message(self, *_):
        """Says nothing."""


def verdicts(made: dict) -> dict[str, str]:
    return {aim.aim: aim.verdict for aim in judged(made)}


class Histograms(unittest.TestCase):
    def test_a_percentile_is_a_value_that_was_seen(self):
        self.assertEqual(percentile(Counter({1: 98, 50: 1, 900: 1}), 50), 1)
        self.assertEqual(percentile(Counter({1: 98, 50: 1, 900: 1}), 99), 50)
        self.assertIsNone(percentile(Counter(), 50))

    def test_the_correction_for_omission_is_undone_exactly(self):
        raw = Counter({80: 900, 120: 80, 450: 15, 1000: 4, 1043: 1})
        corrected = as_wrk_corrects(raw, 100)
        self.assertNotEqual(corrected, raw)
        self.assertEqual(uncorrected(corrected, 1000, 12_500, 8), raw)

    def test_counts_that_do_not_add_up_are_not_passed_off_as_seen(self):
        self.assertIsNone(uncorrected(Counter({80: 999}), 1000, 12_500, 8))


class Verdicts(unittest.TestCase):
    def test_half_the_floor_meets_the_aim_and_a_little_less_misses_it(self):
        aim = "reads ≥ 50 % of the bare query's rate"
        for rate, verdict in ((500, "met"), (499, "**missed**")):
            made = results("read_one", real=figure(rate), bare=figure(1000), bytes=figure(1))
            self.assertEqual(verdicts(made)[aim], verdict)

    def test_an_operation_with_errors_meets_no_aim(self):
        made = results("write", real=figure(900, errors={"status": 1}), bare=figure(1000))
        self.assertEqual(verdicts(made)["durable writes ≥ 60 % of the bare create's rate"], "**missed**")

    def test_an_aim_is_missed_where_it_is_missed(self):
        made = results("search_rare", real=figure(9), bytes=figure(10))
        made["cases"]["search_rare"]["levels"]["32"] = {"real": figure(9, p50=5.1), "bytes": figure(10)}
        self.assertEqual(verdicts(made)["library search p50 ≤ 5 ms"], "**missed at 32**")

    def test_a_long_tail_is_judged_against_the_median(self):
        aim = "p99 ≤ 5 × p50 at 8 connections"
        self.assertEqual(verdicts(results("sign_in", real=figure(9, p99=5.0), bare=figure(9)))[aim], "met")
        self.assertEqual(verdicts(results("sign_in", real=figure(9, p99=5.1), bare=figure(9)))[aim], "**missed**")

    def test_what_was_not_measured_is_not_met(self):
        made = results("sign_in", real=figure(9), bare=figure(9))
        del made["demo_memory"]
        self.assertEqual(verdicts(made)["idle demo < 200 MB resident"], "not measured")


class Pages(unittest.TestCase):
    def test_the_home_page_is_judged_by_its_slowest_twentieth(self):
        aim = "home page p95 ≤ 50 ms"
        for home, verdict in (
            ({"p95": 50.0, "p99": 900.0}, "met"), ({"p95": 50.1}, "**missed**"), ({"errors": 1}, "**missed**"),
            ({"answers": 0, "p50": None, "p95": None, "p99": None}, "**missed**"),
        ):
            self.assertEqual(verdicts(results("write", real=figure(9), bare=figure(9)) | {"pages": pages(**home)})[aim], verdict)

    def test_style_sheet_and_script_are_weighed_together_and_fonts_apart(self):
        self.assertEqual([aim.verdict for aim in page_aims(pages(40_000))][1], "met")
        self.assertEqual([aim.verdict for aim in page_aims(pages(40_001))][1], "**missed**")

    def test_a_page_is_compared_with_all_that_it_is_made_of(self):
        said = pages_section(pages())
        self.assertEqual([line.count("0.50 ×") for line in said.splitlines() if "| together |" in line], [1, 1])
        self.assertNotIn("2.00 ×", said)

    def test_one_wrong_answer_makes_an_error_of_those_it_belongs_to(self):
        with HTTPServer(("127.0.0.1", 0), Brief) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                seen = [
                    Times(*_one_connection(server.server_address, [tuple(_request("x", path, {}) for path in paths)], 0, 0.05))
                    for paths in (("/200", "/200"), ("/200", "/303"))
                ]
            finally:
                server.shutdown()
        self.assertTrue(seen[0].micros and not seen[0].errors)
        self.assertTrue(seen[1].errors and not seen[1].micros)
        self.assertIsNone(seen[1].as_dict()["p95"])
        self.assertEqual((seen[0] + seen[1]).errors, seen[1].errors)


class Report(unittest.TestCase):
    def test_lost_writes_a_small_store_and_a_busy_machine_are_said_aloud(self):
        made = results("write", real=figure(9), bare=figure(9))
        made["cases"] |= {str(n): made["cases"]["write"] for n in range(9)}
        quiet = report(made | {"writes": {"acknowledged": 5, "missing": 0}})
        for alarm in ("are missing", "trial", "quiet machine"):
            self.assertNotIn(alarm, quiet)
        made["store"]["examples"] = 10
        made["cases"]["write"]["levels"]["8"]["real"]["foreign_cores"] = 0.5
        loud = report(made | {"writes": {"acknowledged": 5, "missing": 2}})
        for alarm in ("2 are missing", "trial", "quiet machine"):
            self.assertIn(alarm, loud)


class Facets(unittest.TestCase):
    def test_themes_do_not_count_because_an_example_may_have_several(self):
        facets = {"themes": [{"value": "a", "count": 9}], "organisations": [{"value": "o", "count": 4}, {"value": "p", "count": 1}]}
        self.assertEqual(_facet_total(facets), 5)
        self.assertEqual(_facet_total(None), 0)


if __name__ == "__main__":
    unittest.main()
