"""What `predict` gives, and what it says of rows that do not fit."""

import numpy as np
import pandas as pd
import pytest

import mlconvert

ROW = {"sepal length": 5.0, "sepal width": 3.0, "petal length": 1.4, "petal width": 0.2}


def test_the_answers_have_scikit_learns_names_labels_and_types(flower_graph, flower_rows, tmp_path):
    told = mlconvert.predict(flower_graph, flower_rows, output=tmp_path / "y.parquet")
    frame = pd.read_parquet(tmp_path / "y.parquet")
    assert list(frame.columns) == [
        "predict",
        *(f"predict_proba_{kind}" for kind in ("setosa", "versicolor", "virginica")),
        *(f"decision_function_{kind}" for kind in ("setosa", "versicolor", "virginica")),
    ]
    assert set(frame["predict"]) <= {"setosa", "versicolor", "virginica"}
    assert told.outputs["predict_proba"].dtype == np.float64
    assert "predict_proba (50, 3)" in repr(told)


def test_a_file_a_frame_and_columns_give_the_same(flower_graph, tmp_path):
    frame = pd.DataFrame([ROW, ROW])
    frame.to_csv(tmp_path / "x.csv", index=False)
    columns = {name: [value, value] for name, value in ROW.items()}
    told = [
        mlconvert.predict(flower_graph, given).outputs["predict_proba"]
        for given in (tmp_path / "x.csv", frame, columns)
    ]
    np.testing.assert_array_equal(told[0], told[1])
    np.testing.assert_array_equal(told[0], told[2])


def test_columns_may_stand_in_any_order_and_others_beside_them(flower_graph):
    straight = mlconvert.predict(flower_graph, pd.DataFrame([ROW]))
    turned = pd.DataFrame([dict(reversed(ROW.items())) | {"note": "x"}])
    again = mlconvert.predict(flower_graph, turned)
    np.testing.assert_array_equal(straight.outputs["predict_proba"], again.outputs["predict_proba"])


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("", "empty"),
        ("sepal length,sepal width,petal length,petal width\n", "no rows"),
        ("sepal length,sepal width,petal length\n5,3,1\n", "no column 'petal width'"),
        ("sepal length,sepal width,petal length,petal_width\n5,3,1,1\n", "nearest"),
        ("sepal length,sepal width,petal length,petal width\n5,3,tall,1\n", "'tall'"),
        ("sepal length,sepal width,petal length,petal width\n5,3\n", "2 values in line 2"),
    ],
)
def test_rows_that_do_not_fit_are_refused_in_one_sentence(flower_graph, tmp_path, csv, said):
    (tmp_path / "x.csv").write_text(csv)
    with pytest.raises(mlconvert.UsageError) as caught:
        mlconvert.predict(flower_graph, tmp_path / "x.csv", output=tmp_path / "y.csv")
    assert said in str(caught.value)
    assert not (tmp_path / "y.csv").exists()


def test_rows_on_which_a_pickled_model_raises_are_named(line):
    rows = np.array([[1.0, 2.0], [np.nan, 2.0]])
    with pytest.raises(mlconvert.UsageError, match="1 of 2 rows, the first of them row 1"):
        mlconvert.predict(line, rows)


def test_what_is_not_there_is_a_usage_error(flower_graph, tmp_path):
    with pytest.raises(mlconvert.UsageError, match="no file"):
        mlconvert.predict(tmp_path / "absent.onnx", pd.DataFrame([ROW]))
    with pytest.raises(mlconvert.UsageError, match="no file"):
        mlconvert.predict(flower_graph, tmp_path / "absent.csv")
