"""Print every requirement of pyproject.toml at its lower bound, for `pip install -r`: what is promised is tested."""

import pathlib
import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

project = tomllib.loads(pathlib.Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))["project"]
for requirement in project["dependencies"] + project["optional-dependencies"]["test"]:
    name, bound = requirement.split(">=", 1)  # an error if there is none
    print(f"{name}=={bound}")
