"""The mutants of a function, as lines."""

from minicompress.kit.proof.mutation import mutants


def changed(*body, header="def f(a, b):"):
    """The bodies of all mutants of a function with this body, as single lines."""
    source = "\n".join([header, *(f"    {line}" for line in body)])
    return [" ; ".join(line.strip() for line in m.source.splitlines()[1:]) for m in mutants(source)]
