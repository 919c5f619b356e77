"""The core of mlconvert: the stages from file to verdict. It knows no format."""
