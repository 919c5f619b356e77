"""The worker's half: a copy of the model, spelled as JPMML reads it. Nothing here needs Java."""
