"""Study: where does a teacher help, and where does it not?

Setting: the width of the student. Arms: a task ("few", "all", "fashion", "maps") and a method, such as "few.soft_4";
`arms.py` lists the methods. Seeds: 3 by default. Nothing is simulated.
Record and picture: `measured.json`, `measured.png`.

Read `measure.py` (question, tasks and cells), `arms.py`, `teachers.py`, `figure.py`.
"""
