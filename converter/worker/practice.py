"""Imported by a stable alone: scikit-learn looks once for what it looks for once in a process.

Its first check of an array reads the metadata of all that is installed (10 ms), and its forks
know the outcome. One number is checked here; nothing is computed, and no thread is started.
"""

import numpy as np
from sklearn.utils.validation import check_array

check_array(np.zeros((1, 1)))
