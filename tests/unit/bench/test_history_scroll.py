"""The measuring program of the scrolled history counts the frames that took too long."""

from bench.history_scroll import report


def test_long_frames_are_counted() -> None:
    lines = report("title", {"wheel": [16.7, 50.1, 99.9, 100.1, 333.0]}).splitlines()
    cells = [cell.strip() for cell in lines[-1].split("|")[1:-1]]
    assert cells == ["wheel", "5", "100", "333", "333", "4", "2"]
