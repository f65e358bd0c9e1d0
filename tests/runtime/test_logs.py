import re

from tests.runtime.child import run

CONFIGURED = "import logging, warnings\nfrom runtime import correlation, logs\nlogs.configure('sample')\n"
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def test_a_line_carries_service_level_time_logger_and_its_own_facts() -> None:
    [line] = run(CONFIGURED + "logs.get('a.module').info('сессия начата', script='promised_payment', took=5)").lines
    assert UTC.fullmatch(line.pop("timestamp"))
    assert line == {
        "service": "sample",
        "level": "info",
        "logger": "a.module",
        "event": "сессия начата",
        "script": "promised_payment",
        "took": 5,
    }


def test_bound_ids_are_on_every_later_line_of_both_kinds_of_loggers() -> None:
    code = "correlation.bind('call-1', session='s-1', script=None)\n"
    code += "logs.get('ours').info('a')\nlogging.getLogger('theirs').warning('b %s', 1)"
    lines = run(CONFIGURED + code).lines
    assert [line["event"] for line in lines] == ["a", "b 1"]
    for line in lines:
        assert (line["correlation_id"], line["session"]) == ("call-1", "s-1")
        assert "script" not in line


def test_text_of_several_lines_stays_one_line() -> None:
    [line] = run(CONFIGURED + r"logging.getLogger('x').error('one\ntwo\u2028three')").lines
    assert line["event"] == "one\ntwo\u2028three"


def test_warnings_are_lines_too() -> None:
    [line] = run(CONFIGURED + "warnings.warn('old', DeprecationWarning, stacklevel=1)").lines
    assert line["level"] == "warning"
    assert "DeprecationWarning: old" in line["event"]


def test_what_a_library_says_too_often_is_left_out() -> None:
    assert run(CONFIGURED + "logging.getLogger('httpx').info('GET /accounts/1000000001')").lines == []


BROKEN = """
def broken(api_key):
    raise ValueError("it broke")
"""


def test_a_logged_error_has_its_traceback_and_no_values_of_variables() -> None:
    code = BROKEN + "try:\n    broken('s3cret')\nexcept ValueError:\n    logs.get('x').exception('failed')"
    [line] = run(CONFIGURED + code).lines
    [error] = line["exception"]
    assert (error["exc_type"], error["exc_value"]) == ("ValueError", "it broke")
    assert [frame["name"] for frame in error["frames"]] == ["<module>", "broken"]
    assert "s3cret" not in str(line)


def test_an_error_that_ends_the_process_is_one_line() -> None:
    ended = run(CONFIGURED + BROKEN + "broken('s3cret')")
    assert ended.status == 1
    [line] = ended.lines
    assert (line["level"], line["exception"][0]["exc_value"]) == ("critical", "it broke")
    assert "s3cret" not in str(line)
