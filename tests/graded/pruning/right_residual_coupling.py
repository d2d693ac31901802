"""Answers to pruning/residual_coupling that are right, in other styles than the solution's."""

import numpy as np

from minicompress.kit.grading import right

MAKING, PASSING = {"conv", "linear"}, {"norm", "depthwise"}


@right
def union_find(layers):
    parent = {"x": "x"}

    def find(tensor):
        return tensor if parent[tensor] == tensor else find(parent[tensor])

    for name, kind, inputs in layers:
        if name in parent or any(source not in parent for source in inputs):
            raise ValueError("name")
        if kind not in MAKING | PASSING | {"act", "add"}:
            raise ValueError("kind")
        parent[name] = name
        for source in inputs if kind not in MAKING else []:
            parent[find(source)] = find(name)
    fixed = {find("x"), find(layers[-1][0])}
    order = dict.fromkeys(find(name) for name, kind, _ in layers if kind in MAKING and find(name) not in fixed)
    return [
        (
            [name for name, kind, _ in layers if kind in MAKING and find(name) == group],
            [name for name, kind, _ in layers if kind in PASSING and find(name) == group],
            [name for name, kind, inputs in layers if kind in MAKING and find(inputs[0]) == group],
        )
        for group in order
    ]


@right
def flood_fill_from_each_maker(layers):
    neighbours = {"x": set()}
    for name, kind, inputs in layers:
        if kind not in ("conv", "linear", "norm", "depthwise", "act", "add"):
            raise ValueError("kind")
        if name in neighbours:
            raise ValueError("twice")
        if [source for source in inputs if source not in neighbours]:
            raise ValueError("input")
        neighbours[name] = set()
        if kind not in MAKING:
            neighbours[name] |= set(inputs)
            for source in inputs:
                neighbours[source].add(name)
    done, groups = set(), []
    for maker, kind, _ in layers:
        if kind not in MAKING or maker in done:
            continue
        reached, waiting = set(), [maker]
        while waiting:
            tensor = waiting.pop()
            if tensor not in reached:
                reached.add(tensor)
                waiting += neighbours[tensor]
        done |= reached
        if "x" in reached or layers[-1][0] in reached:
            continue
        group = [], [], []
        for name, kind, inputs in layers:
            if kind in MAKING and name in reached:
                group[0].append(name)
            if kind in PASSING and name in reached:
                group[1].append(name)
            if kind in MAKING and inputs[0] in reached:
                group[2].append(name)
        groups.append(group)
    return groups


@right
def powers_of_the_adjacency_matrix(layers):
    names = ["x"]
    for name, kind, inputs in layers:
        if (
            name in names
            or not all(source in names for source in inputs)
            or kind not in {*MAKING, *PASSING, "act", "add"}
        ):
            raise ValueError(name)
        names.append(name)
    index = {name: i for i, name in enumerate(names)}
    same = np.eye(len(names), dtype=bool)
    for name, kind, inputs in layers:
        for source in inputs if kind not in MAKING else []:
            same[index[name], index[source]] = same[index[source], index[name]] = True
    for _ in names:
        same = same @ same
    groups = []
    for name, kind, _ in layers:
        row = same[index[name]]
        first = next((n for n, k, _ in layers if k in MAKING and row[index[n]]), None)
        if kind not in MAKING or first != name or row[0] or row[-1]:
            continue
        inside = {n for n in names if row[index[n]]}
        makers = [n for n, k, _ in layers if k in MAKING and n in inside]
        passers = [n for n, k, _ in layers if k in PASSING and n in inside]
        groups.append((makers, passers, [n for n, k, i in layers if k in MAKING and set(i) <= inside]))
    return groups


EQUIVALENT_MUTANTS = {
    "swapped: makers.append(name) | groups[label[inputs[0]]][2].append(name)": "two lists, of two groups or of one",
    "groups[label[inputs[0]]][2].append(name) -> groups[label[inputs[-1]]][2].append(name)": "a maker has one input",
}
