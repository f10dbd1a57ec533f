"""A draw of coefficients, far enough from each other to tell them apart."""

from random import Random


def draw_coefficients(random: Random) -> dict[str, float]:
    alpha, beta, gamma = random.sample((1.1, 1.15, 1.2, 1.25, 1.3, 1.4), 3)
    return dict(alpha=alpha, beta=beta, gamma=gamma)
