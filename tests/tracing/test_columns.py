"""Columns of a matrix assigned one by one: what is seen through views, and how much work it is."""

import numpy as np
import pytest

from converter.trace import session, tape
from tests.tracing.onnx import refusal, same_in_onnx, told

ROWS = np.random.default_rng(0).normal(size=(12, 5))


def each_in_place(x):
    x = x.copy()
    for j in range(x.shape[1]):
        x[:, j] = np.log1p(np.abs(x[:, j]))
    return x


def from_the_column_before(x):
    result = np.empty(x.shape)
    for j in range(x.shape[1]):
        result[:, j] = x[:, j] * 2
        if j:
            result[:, j] += result[:, j - 1]
    return result


def a_view_taken_before(x):
    x = x.copy()
    first, last = x[:, 0], x[:, -1]
    x[:, 0] = 7
    x[:, 4] = first + 1
    x *= 2
    return np.column_stack([first, last, x])


def a_view_written_after(x):
    x = x.copy()
    x[:, 1] = x[:, 2]
    column = x[:, 1]
    column *= 3
    x[:, 2] = 0.5
    column[column > 0] = -1
    return x


def a_view_of_columns_written(x):
    x = x.copy()
    x[:, 0] = x[:, 1]
    middle = x[:, 1:4]
    middle[:, 0] = 9
    x[:, 2] = middle[:, 0] + middle[:, 1]
    turned = x[:, ::-1]
    turned[:, 0] = 4
    return x + middle[:, :1]


def two_columns_exchanged(x):
    x = x.copy()
    x[:, 0], x[:, 1] = x[:, 1], x[:, 0].copy()
    return x


def whole_numbers_take_what_is_real(x):
    result = np.zeros(x.shape, dtype=int)
    result[:, 0] = x[:, 0] * 10
    result[:, np.int64(1)] = x[:, 1] > 0
    result[:, -1] = 3
    return result


def between_rows_and_columns(x):
    result = np.zeros((x.shape[0], 3))
    result[:, 0] = x[:, 0]
    for i in range(len(x)):
        result[i, 1] = x[i, 1] + result[i, 0]
    result[:, 2] = result[:, 1]
    return result


WORKS = [
    each_in_place,
    from_the_column_before,
    a_view_taken_before,
    a_view_written_after,
    a_view_of_columns_written,
    two_columns_exchanged,
    whole_numbers_take_what_is_real,
    between_rows_and_columns,
]


@pytest.mark.parametrize("function", WORKS, ids=lambda function: function.__name__)
def test_columns_assigned_one_by_one_are_what_numpy_makes_of_them(function):
    same_in_onnx(function, ROWS)


def one_too_far(x):
    x[:, 5] = x[:, 0]
    return x


def a_matrix_into_a_column(x):
    x[:, 0] = x[:, 1:]
    return x


def never_assigned(x):
    result = np.empty(x.shape)
    result[:, 0] = x[:, 0]
    return result


@pytest.mark.parametrize(
    ("function", "code"),
    [
        (one_too_far, "function.unknown-operation"),
        (a_matrix_into_a_column, "function.mixes-rows"),
        (never_assigned, "function.not-repeatable"),
    ],
)
def test_columns_that_numpy_does_not_assign_are_refused(function, code):
    assert refusal(function, ROWS) == code


def test_the_work_grows_with_the_columns_and_not_with_their_square(monkeypatch):
    calls = []
    real = tape.evaluated
    monkeypatch.setattr(tape, "evaluated", lambda *given: (calls.append(given[0]), real(*given))[1])
    expression = told(each_in_place, np.resize(ROWS, (12, 200)))
    assert str(expression.outputs[0]) == "log1p(absolute(X))"
    assert len(calls) < 10 * 200
    assert calls.count("join") < 10


def test_what_is_traced_for_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(session, "MOST_SECONDS", 0.05)

    def endless(x):
        for step in range(10**9):
            x = x * 1.5 + step
        return x

    assert refusal(endless, ROWS) == "function.too-many-paths"
