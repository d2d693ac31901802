"""Name the quantity of the call that a number equals: a scalar argument, a length, a product of them, a constant.

`names_of(4.0, arguments)` holds 'temperature' where the temperature is 4, and two names where two coincide.
"""

import itertools
import math

import numpy as np

__all__ = ["all_statistics", "as_text", "names_of", "scalars_and_sizes", "statistics"]

TOO_MANY = 3
MANY = 24  # arguments of a call beyond which products and sums of them are not looked at


def as_text(value):
    """A number as a person writes it: 16, 1/16, 3/7, 0.693147."""
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return f"{abs(value):g}" if value == 0 else f"{value:g}"
    for denominator in range(1, 17):
        whole = value * denominator
        if abs(whole - round(whole)) < 1e-7 * abs(whole) and abs(whole) < (1e6 if denominator == 1 else 100):
            return f"{round(whole)}" if denominator == 1 else f"{round(whole)}/{denominator}"
    inverse = 1 / value
    if abs(inverse - round(inverse)) < 1e-7 * abs(inverse) and abs(inverse) < 1e6:
        return f"{'-' if inverse < 0 else ''}1/{abs(round(inverse))}"
    return f"{value:.6g}"


def names_of(value, arguments, rtol=1e-6, *, all_tiers=False):
    """What `value` equals in this call, texts such as 'temperature^2'; () where nothing or too much fits.

    Only the simplest kind of quantity that fits is named, unless `all_tiers` are to be compared with other calls.
    """
    value = float(value)
    if not math.isfinite(value) or value == 0 or abs(abs(value) - 1) < 1e-6:
        return ()
    rtol = min(max(rtol, 1e-9), 1e-4)
    scalars, sizes = _scalars(arguments), _sizes(arguments, all_tiers)
    tiers = [
        lambda: [*_plain_forms(scalars, all_tiers), *_reciprocals(sizes)],
        lambda: [*_further_forms(scalars), *_size_forms(sizes)],
        lambda: _CONSTANTS,
    ]
    if all_tiers:
        tiers.append(lambda: _statistics(arguments[:MANY]))
    collected = []
    for tier in tiers:
        found = [name for name, quantity in tier() if abs(quantity - value) <= rtol * abs(value)]
        collected += dict.fromkeys(found)
        if found and not all_tiers:
            return tuple(collected) if len(collected) < TOO_MANY else ()
    if all_tiers:
        collected += _products(scalars[:MANY], sizes[:MANY], value, rtol)
    return tuple(collected)


def _scalars(arguments):
    """(name, number) of the scalar arguments that can be told from 0 and 1."""
    numbers = [(name, float(value)) for name, value in arguments if value.ndim == 0]
    return [(name, number) for name, number in numbers if math.isfinite(number) and number not in (0.0, 1.0, -1.0)]


def _sizes(arguments, all_of_them):
    """(name, length) of all axes, and sizes; unless `all_of_them`, each length by the first array that has it."""
    found, seen = [], {}
    for name, value in arguments:
        if value.ndim == 0:
            continue
        lengths = [(f"len({name})" if axis == 0 else f"{name}.shape[{axis}]", n) for axis, n in enumerate(value.shape)]
        lengths += [(f"{name}{'[0]' * k}.size", int(np.prod(value.shape[k:]))) for k in range(value.ndim - 1)]
        if all_of_them:
            lengths.append((f"count_nonzero({name})", np.count_nonzero(value)))
        for text, n in lengths:
            if n > 1 and (all_of_them or seen.setdefault(n, name) == name):
                found.append((text, float(n)))
    return found


def _plain_forms(quantities, squares_of_two):
    for name, v in quantities:
        yield name, v
        yield f"1/{name}", 1 / v
        if v != 2 or squares_of_two:  # 2^2 is 2 + 2, too
            yield f"{name}^2", v * v
            yield f"1/{name}^2", 1 / (v * v)
        yield f"1 - {name}", 1 - v


def _reciprocals(quantities):
    for name, v in quantities:
        yield name, v
        yield f"1/{name}", 1 / v


def _further_forms(scalars):
    for name, v in scalars:
        yield f"-{name}", -v
        yield f"1/(1 - {name})", 1 / (1 - v)
        yield f"{name}/(1 - {name})", v / (1 - v)
        yield f"(1 - {name})/{name}", (1 - v) / v
        yield f"1 + {name}", 1 + v
        yield f"2 {name}", 2 * v
        yield f"{name}/2", v / 2
        if v > 0:
            yield from _irrational(name, v)
            yield f"ln({name})", math.log(v)
        if v == int(v) and 2 <= v <= 32:
            yield from _levels(name, int(v))


def _irrational(name, v):
    root = math.sqrt(v)
    if root != int(root):
        yield f"sqrt({name})", root
        yield f"1/sqrt({name})", 1 / root


def _levels(name, bits):
    forms = {f"2^{name}": 2.0**bits, f"(2^{name} - 1)": 2.0**bits - 1, f"2^({name} - 1)": 2.0 ** (bits - 1)}
    forms |= {f"(2^({name} - 1) - 1)": 2.0 ** (bits - 1) - 1} if bits > 2 else {}
    for text, value in forms.items():
        yield text, value
        yield f"1/{text}", 1 / value
    for above, high in forms.items():
        for below, low in forms.items():
            if above != below and high / low not in (2.0, 0.5):
                yield f"{above}/{below}", high / low


def _size_forms(sizes):
    for name, n in sizes:
        yield from _irrational(name, n)
        if n > 2:
            yield f"{name}/({name} - 1)", n / (n - 1)
            yield f"({name} - 1)/{name}", (n - 1) / n
            yield f"{name} - 1", n - 1
            yield f"1/({name} - 1)", 1 / (n - 1)


def _products(scalars, sizes, value, rtol):
    """The names of the products and quotients of two quantities that are equal to `value`; a scalar may be squared."""
    quantities = [*scalars, *sizes]
    values = np.array([v for _, v in quantities])
    is_size = np.arange(len(quantities)) >= len(scalars)
    found = [f"2 {name}" for name, v in quantities if abs(2 * v - value) <= rtol * abs(value)]
    for p, q in itertools.product((1, -1, 2, -2), repeat=2):
        products = values[:, None] ** p * values[None, :] ** q
        fits = np.abs(products - value) <= rtol * abs(value)
        fits &= np.triu(
            np.abs(values[:, None]) != np.abs(values[None, :]), 1
        )  # else a quotient is 1, a product a square
        fits &= ~(is_size[:, None] & (abs(p) > 1)) & ~(is_size[None, :] & (abs(q) > 1))
        found += [_product_text(quantities[i][0], p, quantities[k][0], q) for i, k in np.argwhere(fits)]
    return found


def _product_text(name, p, other, q):
    above = [_power(n, k) for n, k in ((name, p), (other, q)) if k > 0]
    below = [_power(n, -k) for n, k in ((name, p), (other, q)) if k < 0]
    bottom = " ".join(below)
    return (" ".join(above) or "1") + (f"/({bottom})" if len(below) > 1 else f"/{bottom}" if below else "")


def _power(name, k):
    return name if k == 1 else f"{name}^{k}"


def scalars_and_sizes(arguments):
    """(name, number) of what is not computed of the arguments."""
    return [*_scalars(arguments), *_sizes(arguments, True)]


def all_statistics(arguments):
    """(name, number) of what is often taken of an array, for each array of more than small whole numbers."""
    for name, value in arguments:
        finite = value[np.isfinite(value)]
        if value.ndim == 0 or finite.size < 2 or (finite == np.round(finite)).all():
            continue
        for text, number in statistics(name, finite):
            number = float(number)
            if math.isfinite(number) and number not in (0.0, 1.0, -1.0):
                yield text, number


def _statistics(arguments):
    for text, number in all_statistics(arguments):
        if "median" not in text:
            yield text, number
            yield (f"1/({text})" if " - " in text else f"1/{text}"), 1 / number


def statistics(name, x):
    """(text, number) of what is often taken of an array."""
    with np.errstate(all="ignore"):
        size = np.abs(x)
        yield f"max(abs({name}))", size.max()
        yield f"max({name})", x.max()
        yield f"min({name})", x.min()
        yield f"max({name}) - min({name})", x.max() - x.min()
        yield f"mean({name})", x.mean()
        yield f"mean(abs({name}))", size.mean()
        yield f"median({name})", np.median(x)
        yield f"median(abs({name}))", np.median(size)
        yield f"sqrt(mean({name}^2))", np.sqrt((x**2).mean())
        yield f"sum({name})", x.sum()
        yield f"sum(abs({name}))", size.sum()
        yield f"std({name})", x.std()
        yield f"norm({name})", np.sqrt((x**2).sum())
        yield f"sum({name}^2)", (x**2).sum()


_CONSTANTS = [
    ("ln 2", math.log(2)),
    ("1/ln 2", 1 / math.log(2)),
    ("ln 10", math.log(10)),
    ("1/ln 10", 1 / math.log(10)),
    ("10/ln 10", 10 / math.log(10)),
    ("sqrt(2)", math.sqrt(2)),
    ("1/sqrt(2)", math.sqrt(0.5)),
    ("pi", math.pi),
    ("2 pi", 2 * math.pi),
    ("sqrt(2/pi)", math.sqrt(2 / math.pi)),
    ("e", math.e),
]
