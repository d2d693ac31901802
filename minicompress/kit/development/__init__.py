"""What `minicompress dev` knows of a new exercise or study; nothing is run, only read. Read in this order:

exercise_skeletons.py    the files of an exercise, with TODO in each
lack.py                  one thing that is missing, and the TODOs that are left
exercise_lacks.py        what an exercise lacks
card_lacks.py            what its cards lack, and where the two languages differ
study_skeletons.py       the files of a study
study_lacks.py           what a study lacks
"""
