"""The bundle: the model itself in a folder, with all that is needed to load it safely elsewhere.

A folder of `model.dill` (the user's own code inside), `manifest.json`, the recorded rows
(`inputs.npz`, `outputs.npz`) and `load.py`, which checks everything before it loads. It says every
model that can be pickled, in the Python minor version it was made with.
"""
