"""What schemathesis is told: how a parameter of JSON is sent, and which requests the document cannot tell from others.

It writes a parameter of JSON as a text of JSON, so that is read once before it is sent.
"""

import json

import schemathesis


def read(text):
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return None


def read_once(text):
    inner = read(text)
    return inner if isinstance(inner, str) and isinstance(read(inner), dict) else text


def is_of_all(condition):
    """Whether a `where` has no predicate in it, however it is nested: of those the server refuses to change or delete rows."""
    if isinstance(condition, dict):
        return all(is_of_all(below) for below in condition.values())
    if isinstance(condition, list):
        return all(is_of_all(below) for below in condition)
    return False


def has_regexp(value):
    """Whether a filter has a regular expression in it, of which the server takes what all databases understand."""
    if isinstance(value, dict):
        return any(name in ("regexp", "nregexp") or has_regexp(below) for name, below in value.items())
    return isinstance(value, list) and any(map(has_regexp, value))


@schemathesis.hook
def filter_case(context, case):
    """JSON Schema cannot say of these that they are refused, so they are left out."""
    query = case.query or {}
    if "after" in query:
        # A cursor is what an answer gave, and nothing else.
        return False
    condition, query_filter = (read(read(query.get(name))) for name in ("where", "filter"))
    if has_regexp(condition) or has_regexp(query_filter):
        return False
    return case.method not in ("DELETE", "PATCH") or not isinstance(condition, dict) or not is_of_all(condition)


@schemathesis.hook
def before_call(context, case, kwargs):
    for name in ("filter", "where"):
        value = (case.query or {}).get(name)
        if isinstance(value, str):
            case.query[name] = read_once(value)
