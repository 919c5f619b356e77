"""Starts Java when it is imported, for a process that is about to need it.

A first document is read, asked and written while the worker still loads the model: what that takes
is mostly the loading of classes, which the real one then finds there.
"""

import pickle
from typing import Any

from adapters.to_pmml.java.jpmml import NAMESPACE
from adapters.to_pmml.java.jvm import java

DOCUMENT = f"""<PMML xmlns="{NAMESPACE}" version="4.4"><Header/><DataDictionary>
<DataField name="y" optype="continuous" dataType="double"/>
<DataField name="x" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema>
<MiningField name="y" usageType="target"/><MiningField name="x"/></MiningSchema>
<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
</RegressionModel></PMML>"""


def once() -> Any:
    """The answer of a model that doubles."""
    stream = java("java.io.ByteArrayInputStream")
    builder = java("org.jpmml.evaluator.LoadingModelEvaluatorBuilder")()
    evaluator = builder.load(stream(DOCUMENT.encode())).build()
    serializer = java("org.jpmml.model.metro.MetroJAXBSerializer")()
    document = serializer.deserialize(stream(DOCUMENT.encode()))
    serializer.serializePretty(document, java("java.io.ByteArrayOutputStream")())
    java("org.jpmml.sklearn.SkLearnUnpickler")()
    java("org.jpmml.sklearn.SkLearnEncoder")()
    asked = pickle.dumps({"columns": ["x"], "data": [[1.0]]}, 2)
    util = java("org.jpmml.evaluator.python.PythonEvaluatorUtil")
    return pickle.loads(bytes(util.evaluateAll(evaluator, asked, None, 1)))["data"][0][0]


once()
