"""Progress: plain lines where nobody watches, nothing at all for short work."""

import io

from realpolitik.cli.progress import Course, Lines, TimeLeft, progress


class Watch:
    """A clock set by hand."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def told(events):
    """What is printed for events (at, stage, done, message)."""
    watch, stream = Watch(), io.StringIO()
    lines = Lines(stream, watch)
    for at, stage, done, message in events:
        watch.seconds = at
        lines(stage, done, message)
    return stream.getvalue()


def test_short_work_is_quiet():
    assert told([(0.0, "reading", 0.0, ""), (0.4, "weighing", 0.5, "plot"), (0.9, "weighing", 1.0, "plot")]) == ""


def test_long_work_says_stage_and_time_left():
    shown = told(
        [
            (0, "weighing", 0.0, "plot"),
            (10, "weighing", 0.25, "plot"),
            (12, "weighing", 0.3, "plot"),
            (20, "done", 1.0, ""),
        ]
    )
    assert shown == "[ 25 %] weighing: plot, about 30 s left\n[100 %] done\n"


def test_stages_that_speak_in_turns_are_not_told_each_time():
    shown = told([(at, ("plot", "uprising")[at % 2], at / 100, "") for at in range(2, 15)])
    assert [line.split("] ")[1] for line in shown.splitlines()] == ["plot", "uprising", "uprising, about 87 s left"]


def test_compiling_is_told_at_once():
    assert told([(0.1, "compiling (once for this version)", 0.0, "")]) == "[  0 %] compiling (once for this version)\n"


def test_time_left_starts_anew_when_the_work_does():
    watch = Watch()
    left = TimeLeft(watch)
    watch.seconds = 50
    assert left("a", 0.5) == "about 50 s left"
    assert left("b", 0.0) == ""
    watch.seconds = 60
    assert left("b", 0.05) == "about 3 min left"


def test_no_time_left_is_told_before_it_can_be_known():
    watch = Watch()
    left = TimeLeft(watch)
    watch.seconds = 48
    assert left("a", 0.01) == ""
    watch.seconds = 100
    assert left("a", 0.05) == "about 32 min left"
    quick = TimeLeft(watch)
    watch.seconds += 4
    assert quick("a", 0.5) == ""
    watch.seconds += 1
    assert quick("a", 0.5) == "about 5 s left"


def test_compiling_does_not_count_as_work():
    watch = Watch()
    left = TimeLeft(watch)
    left("compiling", 0.0)
    watch.seconds = 100
    assert left("plot", 0.0) == ""
    watch.seconds = 120
    assert left("plot", 0.5) == "about 20 s left"


def test_parts_share_one_countdown_that_never_falls_back():
    told = []
    course = Course(lambda *words: told.append(words), {"weigh": 3.0, "answers": 1.0})
    weigh, answers = course.part("weigh"), course.part("answers")
    weigh("plot", 0.5, "pass 1")
    weigh("uprising", 0.4, "pass 1")
    weigh("note", 0.0, "read this")
    weigh("done", 1.0, "runs/it")
    answers("answers", 0.0, "")
    answers("answers", 0.5, "watch")
    course.end()
    assert told == [
        ("plot", 0.375, "pass 1"),
        ("uprising", 0.375, "pass 1"),
        ("note", 0.0, "read this"),
        ("answers", 0.75, ""),
        ("answers", 0.875, "watch"),
        ("done", 1.0, ""),
    ]


def test_a_log_gets_no_control_characters():
    stream = io.StringIO()
    with progress(stream) as callback:
        callback("compiling", 0.0, "once")
    assert stream.getvalue().isprintable() or stream.getvalue() == "[  0 %] compiling: once\n"


def test_a_note_is_told_at_once_and_moves_no_bar():
    stream = io.StringIO()
    lines = Lines(stream, now=lambda: 0.0)
    lines("note", 0.0, "this begins anew")
    assert stream.getvalue() == "note: this begins anew\n"
