"""Zeros before and after a row of pixels, as TensorFlow puts them."""

from random import Random

from ....blocks.reference import halves, lacking_zeros, same_padding
from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    a, b, c, d = (2 * n for n in random.sample(range(3, 15), 4))
    three = 3 * random.randint(3, 9)
    return [
        dict(size=a, kernel=3, stride=1),
        dict(size=d, kernel=5),
        dict(size=b, kernel=3, stride=2),
        dict(size=c, kernel=7, stride=2),
        dict(size=d + 1, kernel=5, stride=2),
        dict(size=a + 1, kernel=3, stride=2),
        dict(size=b, kernel=1, stride=2),
        dict(size=three + 1, kernel=random.choice((5, 7)), stride=3),
        dict(size=three + 2, kernel=random.choice((3, 9)), stride=3),
        dict(size=4 * c, kernel=random.choice((7, 9)), stride=4),
    ]


def places(case: Case) -> str:
    size, stride = case["size"], case["stride"]
    return f"{-(-size // stride)} places ({size} / {stride}, rounded up)"


def symmetric(case: Case) -> str:
    here = f", here {case['stride']}" if case["stride"] > 1 else ""
    return (
        f"You pad kernel // 2 on each side whatever the stride{here}. With a stride the last "
        "window begins earlier: pad only what it lacks."
    )


TASK = Task(
    right=same_padding,
    cases=cases,
    example=dict(size=224, kernel=5, stride=2),
    about=About("Where the zeros go", points=12, difficulty=3, importance=3, minutes=12),
    hints=(
        "Draw a row of 7 pixels and put down windows of 3 pixels in steps of 2, so that there "
        "are 4. How far do they reach, from the first pixel of the first to the last of the last?",
        "The last of n windows begins (n - 1) × stride after the first, and is kernel wide. What "
        "goes beyond size is zeros.",
        "Places: -(-size // stride). Zeros: (places - 1) * stride + kernel - size, but not below "
        "0. Half of them, rounded down, go before.",
    ),
    slips=(
        slip("symmetric", lacks=lambda size, kernel, stride: kernel - 1).says(symmetric),
        slip("stride-divides-size", lacks=lambda size, kernel, stride: kernel - stride).says(
            lambda case: (
                "kernel - stride holds only where the stride divides the size. Here the output "
                f"has {places(case)}."
            )
        ),
        slip("rest-of-0", lacks=lambda size, kernel, stride: kernel - size % stride).says(
            "Where the stride divides the size, nothing is left over, and your number of zeros is "
            "too large: the last window begins a whole stride before the end."
        ),
        slip("turned-round", split=lambda zeros: halves(zeros)[::-1]).says(
            "You put the extra zero before; it goes after (right and below), as in TensorFlow."
        ),
        slip("negative-zeros", least=None).says(
            "There cannot be fewer than no zeros: a window that ends inside the row lacks none."
        ),
        slip(
            "rounds-down",
            lacks=lambda size, kernel, stride: (size // stride - 1) * stride + kernel - size,
        ).says(lambda case: f"You round the places down. The output has {places(case)}."),
        slip(
            "last-place-forgotten",
            lacks=lambda size, kernel, stride: lacking_zeros(size, kernel, stride) + stride,
        ).says(
            "You count a step too much: from the first place to the last there is one step fewer "
            "than there are places."
        ),
        slip("not-split", split=lambda zeros: [zeros, zeros]).says(
            "These are all zeros on each side; half go before, half after."
        ),
        slip("all-after", split=lambda zeros: [0, zeros]).says(
            "You put all zeros after; half of them go before."
        ),
        slip("half-on-each-side", split=lambda zeros: [zeros // 2, zeros // 2]).says(
            "You lose a zero where their number is odd: the extra one goes after."
        ),
        slip("summed", split=lambda zeros: zeros).says(
            "That is how many zeros there are; return how many go before, and how many after."
        ),
        slip("floats", split=lambda zeros: [float(side) for side in halves(zeros)]).says(
            "Zeros are counted: return whole numbers. // divides and rounds down."
        ),
        slip("half-a-zero", split=lambda zeros: [zeros / 2, zeros / 2]).says(
            "There is no half of a zero. // divides and rounds down; where their number is odd, "
            "the extra one goes after."
        ),
        slip("none", lacks=lambda size, kernel, stride: 0).says(
            "You pad nothing: then the output would be smaller than size / stride, rounded up."
        ),
    ),
    also_right=(
        """
def same_padding(size, kernel, stride=1):
    rest = size % stride or stride
    zeros = kernel - rest if kernel > rest else 0
    return [zeros // 2, (zeros + 1) // 2]
""",
    ),
    equivalent={
        "max(0, reach - size) -> max(reach - size, 0)": (
            "the larger of two numbers, in whichever order"
        )
    },
)
