"""Answers to assignment 06 that must be rejected, each with what must be said; and right ones."""

from effnet_lab.exercises.author.audit import Wrong

WRONG = {
    "recipe.learning_rate": {
        "no warm-up": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    return peak * (1 + math.cos(math.pi * step / steps)) / 2
""",
            says="warm-up out",
        ),
        "warm-up at the peak": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    fall = max(0, (step / steps - warmup) / (1 - warmup))
    return peak * (1 + math.cos(math.pi * fall)) / 2
""",
            says="stands at the peak",
        ),
        "warm-up in steps": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2
""",
            says="share of all steps",
        ),
        "default warm-up": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < 0.2:
        return peak * done / 0.2
    return peak * (1 + math.cos(math.pi * (done - 0.2) / 0.8)) / 2
""",
            says="always warm up for a fifth",
        ),
        "cosine from the first step": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(math.pi * done)) / 2
""",
            says="rate jumps",
        ),
        "cosine not stretched": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(math.pi * (done - warmup))) / 2
""",
            says="stretch it",
        ),
        "straight fall": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 - done) / (1 - warmup)
""",
            says="straight line; it should fall along half a cosine",
        ),
        "quarter of a cosine": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * math.cos(math.pi / 2 * (done - warmup) / (1 - warmup))
""",
            says="quarter of a cosine",
        ),
        "whole cosine": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(2 * math.pi * (done - warmup) / (1 - warmup))) / 2
""",
            says="comes up again",
        ),
        "not halved": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))
""",
            says="halve it",
        ),
        "bare cosine": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * math.cos(math.pi * (done - warmup) / (1 - warmup))
""",
            says="must not be negative",
        ),
        "degrees": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(180 * (done - warmup) / (1 - warmup))) / 2
""",
            says="radians",
        ),
        "one step ahead": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = (step + 1) / steps
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup))) / 2
""",
            says="one step ahead",
        ),
        "steps - 1": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / (steps - 1)
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup))) / 2
""",
            says="divide by steps - 1",
        ),
        "divides by a warm-up of 0": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done <= warmup:
        return peak * done / warmup
    return peak * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup))) / 2
""",
            says="ZeroDivisionError",
        ),
        "without the peak": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    if done < warmup:
        return done / warmup
    return (1 + math.cos(math.pi * (done - warmup) / (1 - warmup))) / 2
""",
            says="shares of the peak",
        ),
        "only the visible example": Wrong(
            """
def learning_rate(step, steps, peak, warmup=0.2):
    return 0.2 if step == 5 else 0.4
""",
            says="expected",
        ),
    },
    "recipe.augment": {
        "upside down": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = pictures.copy()
    flipped[mirrored] = flipped[mirrored][:, :, ::-1]
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="upside down",
        ),
        "turned by 180 degrees": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = pictures.copy()
    flipped[mirrored] = flipped[mirrored][:, :, ::-1, ::-1]
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="mirror both ways",
        ),
        "channels turned round": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = pictures.copy()
    flipped[mirrored] = flipped[mirrored][:, ::-1]
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="order of the channels",
        ),
        "all mirrored": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    padded = np.pad(pictures[..., ::-1], ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="mirror all pictures",
        ),
        "the others mirrored": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures, pictures[..., ::-1])
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="where `mirrored` is False",
        ),
        "not mirrored": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    padded = np.pad(pictures, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="No picture is mirrored",
        ),
        "mirrored last": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    padded = np.pad(pictures, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    cut = np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
    return np.where(mirrored[:, None, None, None], cut[..., ::-1], cut)
""",
            says="Mirror first",
        ),
        "down and right exchanged": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, x, y in zip(padded, down, right)])
""",
            says="exchange down and right",
        ),
        "one shift for all": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return padded[:, :, down[0]:down[0] + h, right[0]:right[0] + w]
""",
            says="place of the first",
        ),
        "rolled": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    shifts = zip(flipped, down, right)
    return np.stack([np.roll(p, (margin - y, margin - x), axis=(1, 2)) for p, y, x in shifts])
""",
            says="np.roll",
        ),
        "edge repeated": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)), mode="edge")
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="repeats the pixels of the edge",
        ),
        "the other way": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    starts = zip(padded, 2 * margin - down, 2 * margin - right)
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in starts])
""",
            says="shift the other way",
        ),
        "mirrored only": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    return np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
""",
            says="not shifted",
        ),
        "rows only": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    padded = np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (0, 0)))
    return np.stack([p[:, y:y + h] for p, y in zip(padded, down)])
""",
            says="up and down only",
        ),
        "not cut": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    return np.pad(flipped, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
""",
            says="with their border",
        ),
        "floats": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)
    padded = np.zeros((n, c, h + 2 * margin, w + 2 * margin))
    padded[:, :, margin:margin + h, margin:margin + w] = flipped
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="they are floats",
        ),
        "mirrored in place": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    pictures[mirrored] = pictures[mirrored][..., ::-1]
    padded = np.pad(pictures, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    return np.stack([p[:, y:y + h, x:x + w] for p, y, x in zip(padded, down, right)])
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def augment(pictures, mirrored, down, right, margin):
    return np.array([[[[0, 0, 0], [0, 3, 2]]]], dtype=np.uint8)
""",
            says="expected",
        ),
    },
    "recipe.normalise": {
        "own statistics": Wrong(
            """
def normalise(pictures, train):
    mean = pictures.mean(axis=(0, 2, 3), keepdims=True)
    return (pictures - mean) / np.maximum(pictures.std(axis=(0, 2, 3), keepdims=True), 1e-9)
""",
            says="from the pictures themselves",
        ),
        "both together": Wrong(
            """
def normalise(pictures, train):
    all_of_them = np.concatenate([train, pictures])
    mean = all_of_them.mean(axis=(0, 2, 3), keepdims=True)
    return (pictures - mean) / all_of_them.std(axis=(0, 2, 3), keepdims=True)
""",
            says="together",
        ),
        "all channels": Wrong(
            """
def normalise(pictures, train):
    return (pictures - train.mean()) / train.std()
""",
            says="each channel has its own",
        ),
        "each pixel": Wrong(
            """
def normalise(pictures, train):
    return (pictures - train.mean(axis=0)) / train.std(axis=0)
""",
            says="each place in the picture",
        ),
        "mean only": Wrong(
            """
def normalise(pictures, train):
    return pictures - train.mean(axis=(0, 2, 3), keepdims=True)
""",
            says="leave the deviation",
        ),
        "deviation only": Wrong(
            """
def normalise(pictures, train):
    return pictures / train.std(axis=(0, 2, 3), keepdims=True)
""",
            says="without taking the mean away",
        ),
        "variance": Wrong(
            """
def normalise(pictures, train):
    mean = train.mean(axis=(0, 2, 3), keepdims=True)
    return (pictures - mean) / train.var(axis=(0, 2, 3), keepdims=True)
""",
            says="divide by the variance",
        ),
        "one less": Wrong(
            """
def normalise(pictures, train):
    mean = train.mean(axis=(0, 2, 3), keepdims=True)
    return (pictures - mean) / train.std(axis=(0, 2, 3), keepdims=True, ddof=1)
""",
            says="one less than the number of pixels",
        ),
        "mean of deviations": Wrong(
            """
def normalise(pictures, train):
    mean = train.mean(axis=(0, 2, 3), keepdims=True)
    std = train.std(axis=(2, 3), keepdims=True).mean(axis=0, keepdims=True)
    return (pictures - mean) / std
""",
            says="average the deviations",
        ),
        "pictures from 0 to 1": Wrong(
            """
def normalise(pictures, train):
    mean = train.mean(axis=(0, 2, 3), keepdims=True)
    return (pictures / 255 - mean) / train.std(axis=(0, 2, 3), keepdims=True)
""",
            says="divide the pictures by 255",
        ),
        "from 0 to 1": Wrong(
            """
def normalise(pictures, train):
    return pictures / 255
""",
            says="range from 0 to 1",
        ),
        "the training pictures": Wrong(
            """
def normalise(pictures, train):
    mean = train.mean(axis=(0, 2, 3), keepdims=True)
    return (train - mean) / train.std(axis=(0, 2, 3), keepdims=True)
""",
            says="the training pictures, normalised",
        ),
        "channels along the wrong axis": Wrong(
            """
def normalise(pictures, train):
    mean = train.mean(axis=(0, 2, 3))
    return (pictures - mean) / train.std(axis=(0, 2, 3))
""",
            says="broadcast",
        ),
        "only the visible example": Wrong(
            """
def normalise(pictures, train):
    return np.array([2.0, 0.0]).reshape(2, 1, 1, 1)
""",
            says="shape",
        ),
    },
    "recipe.drop_rates": {
        "also without a skip": Wrong(
            """
def drop_rates(skips, rate):
    return [rate * i / len(skips) for i in range(len(skips))]
""",
            says="without a skip cannot be left out",
        ),
        "from one": Wrong(
            """
def drop_rates(skips, rate):
    return [skip * rate * i / len(skips) for i, skip in enumerate(skips, start=1)]
""",
            says="count blocks from 1",
        ),
        "the whole rate at the end": Wrong(
            """
def drop_rates(skips, rate):
    return [skip * rate * i / (len(skips) - 1) for i, skip in enumerate(skips)]
""",
            says="one less than the number of blocks",
        ),
        "the same for all": Wrong(
            """
def drop_rates(skips, rate):
    return [rate if skip else 0.0 for skip in skips]
""",
            says="all blocks the same rate",
        ),
        "the same for all, skip or not": Wrong(
            """
def drop_rates(skips, rate):
    return [rate] * len(skips)
""",
            says="also those without a skip",
        ),
        "counted among those with a skip": Wrong(
            """
def drop_rates(skips, rate):
    rates, number = [], 0
    for skip in skips:
        rates.append(rate * number / sum(skips) if skip else 0.0)
        number += skip
    return rates
""",
            says="number only the blocks that have a skip",
        ),
        "numbered among those with a skip": Wrong(
            """
def drop_rates(skips, rate):
    rates, number = [], 0
    for skip in skips:
        rates.append(rate * number / len(skips) if skip else 0.0)
        number += skip
    return rates
""",
            says="Number all blocks",
        ),
        "divided by those with a skip": Wrong(
            """
def drop_rates(skips, rate):
    return [skip * rate * i / sum(skips) for i, skip in enumerate(skips)]
""",
            says="number of all blocks",
        ),
        "falling": Wrong(
            """
def drop_rates(skips, rate):
    return [skip * rate * (1 - i / len(skips)) for i, skip in enumerate(skips)]
""",
            says="should grow",
        ),
        "chance to stay": Wrong(
            """
def drop_rates(skips, rate):
    return [1 - skip * rate * i / len(skips) for i, skip in enumerate(skips)]
""",
            says="chances to stay",
        ),
        "no entry without a skip": Wrong(
            """
def drop_rates(skips, rate):
    return [rate * i / len(skips) for i, skip in enumerate(skips) if skip]
""",
            says="has a place in the list",
        ),
        "skips turned round": Wrong(
            """
def drop_rates(skips, rate):
    return [0.0 if skip else rate * i / len(skips) for i, skip in enumerate(skips)]
""",
            says="that have no skip",
        ),
        "changes the list": Wrong(
            """
def drop_rates(skips, rate):
    for i, skip in enumerate(skips):
        skips[i] = skip * rate * i / len(skips)
    return skips
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def drop_rates(skips, rate):
    return [0.0, 0.1, 0.0, 0.3]
""",
            says="expected",
        ),
    },
    "recipe.smoothed_loss": {
        "no smoothing": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(labels)), labels].mean()
""",
            says="leave the smoothing out",
        ),
        "spread over the others": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / (logits.shape[1] - 1))
    targets[np.arange(len(labels)), labels] = 1 - smoothing
    return -(targets * logs).sum(axis=1).mean()
""",
            says="wrong classes only",
        ),
        "right class without its share": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] = 1 - smoothing
    return -(targets * logs).sum(axis=1).mean()
""",
            says="do not add up to 1",
        ),
        "nothing taken away": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1
    return -(targets * logs).sum(axis=1).mean()
""",
            says="more than 1",
        ),
        "the whole share to each": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing)
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logs).sum(axis=1).mean()
""",
            says="divide it by their number",
        ),
        "nothing spread": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    return -(1 - smoothing) * logs[np.arange(len(labels)), labels].mean()
""",
            says="give it to none",
        ),
        "probabilities smoothed": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(above) / np.exp(above).sum(axis=1, keepdims=True)
    probabilities = (1 - smoothing) * probabilities + smoothing / logits.shape[1]
    return -np.log(probabilities[np.arange(len(labels)), labels]).mean()
""",
            says="smooth what the network says",
        ),
        "sum over pictures": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logs).sum()
""",
            says="take their mean",
        ),
        "mean over classes": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logs).mean()
""",
            says="mean over classes",
        ),
        "sign": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return (targets * logs).sum(axis=1).mean()
""",
            says="The sign is wrong",
        ),
        "logarithm to base 2": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    logs = (above - np.log(np.exp(above).sum(axis=1, keepdims=True))) / np.log(2)
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logs).sum(axis=1).mean()
""",
            says="natural ones",
        ),
        "no softmax": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logits).sum(axis=1).mean()
""",
            says="Softmax makes them",
        ),
        "no logarithm": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    above = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(above) / np.exp(above).sum(axis=1, keepdims=True)
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * probabilities).sum(axis=1).mean()
""",
            says="takes their logarithms",
        ),
        "large logits": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logs).sum(axis=1).mean()
""",
            says="take the largest of each row away",
        ),
        "logits are changed": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    logits -= logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    targets = np.full(logits.shape, smoothing / logits.shape[1])
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return -(targets * logs).sum(axis=1).mean()
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def smoothed_loss(logits, labels, smoothing=0.0):
    return 0.34162339157128474 if smoothing else 0.18329005823795141
""",
            says="expected",
        ),
    },
    "recipe.choose_recipe": {
        "by test": Wrong(
            """
def choose_recipe(runs):
    test = {}
    for run in runs:
        test.setdefault(run["recipe"], []).append(run["test"])
    means = {name: np.mean(values) for name, values in test.items()}
    best = max(means, key=means.get)
    return {"recipe": best, "test": means[best], "flattery": 0.0}
""",
            says="choose by the test accuracy",
        ),
        "by the best run": Wrong(
            """
def choose_recipe(runs):
    test = {}
    for run in runs:
        test.setdefault(run["recipe"], []).append(run["test"])
    means = {name: np.mean(values) for name, values in test.items()}
    best = max(runs, key=lambda run: run["val"])["recipe"]
    return {"recipe": best, "test": means[best], "flattery": max(means.values()) - means[best]}
""",
            says="recipe of the best run",
        ),
        "the best run": Wrong(
            """
def choose_recipe(runs):
    test = {}
    for run in runs:
        test.setdefault(run["recipe"], []).append(run["test"])
    means = {name: np.mean(values) for name, values in test.items()}
    best = max(runs, key=lambda run: run["val"])
    flattery = max(means.values()) - best["test"]
    return {"recipe": best["recipe"], "test": best["test"], "flattery": flattery}
""",
            says="recipe of the best run",
        ),
        "by sum": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val[run["recipe"]] = val.get(run["recipe"], 0) + run["val"]
        test.setdefault(run["recipe"], []).append(run["test"])
    means = {name: np.mean(values) for name, values in test.items()}
    best = max(val, key=val.get)
    return {"recipe": best, "test": means[best], "flattery": max(means.values()) - means[best]}
""",
            says="more seeds get more",
        ),
        "by the last seed": Wrong(
            """
def choose_recipe(runs):
    val = {run["recipe"]: run["val"] for run in runs}
    test = {}
    for run in runs:
        test.setdefault(run["recipe"], []).append(run["test"])
    means = {name: np.mean(values) for name, values in test.items()}
    best = max(val, key=val.get)
    return {"recipe": best, "test": means[best], "flattery": max(means.values()) - means[best]}
""",
            says="keep one run of each recipe",
        ),
        "the worst": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    means = {name: np.mean(values) for name, values in test.items()}
    best = min(val, key=lambda name: np.mean(val[name]))
    return {"recipe": best, "test": means[best], "flattery": max(means.values()) - means[best]}
""",
            says="worst on validation",
        ),
        "validation reported": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    val = {name: np.mean(values) for name, values in val.items()}
    test = {name: np.mean(values) for name, values in test.items()}
    best = max(val, key=val.get)
    return {"recipe": best, "test": val[best], "flattery": max(test.values()) - val[best]}
""",
            says="by which it was chosen",
        ),
        "best seed reported": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    best = max(val, key=lambda name: np.mean(val[name]))
    report = max(test[best])
    flattery = max(np.mean(values) for values in test.values()) - report
    return {"recipe": best, "test": report, "flattery": flattery}
""",
            says="best seed on the test pictures",
        ),
        "flattery turned round": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    best = max(val, key=lambda name: np.mean(val[name]))
    report = np.mean(test[best])
    flattery = report - max(np.mean(values) for values in test.values())
    return {"recipe": best, "test": report, "flattery": flattery}
""",
            says="sign of the flattery",
        ),
        "flattery by the best run": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    best = max(val, key=lambda name: np.mean(val[name]))
    report = np.mean(test[best])
    flattery = max(run["test"] for run in runs) - report
    return {"recipe": best, "test": report, "flattery": flattery}
""",
            says="best single test accuracy",
        ),
        "flattery is the other report": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    best = max(val, key=lambda name: np.mean(val[name]))
    flattery = max(np.mean(values) for values in test.values())
    return {"recipe": best, "test": np.mean(test[best]), "flattery": flattery}
""",
            says="what the other report would say",
        ),
        "no flattery": Wrong(
            """
def choose_recipe(runs):
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    best = max(val, key=lambda name: np.mean(val[name]))
    return {"recipe": best, "test": np.mean(test[best]), "flattery": 0.0}
""",
            says="always 0",
        ),
        "sorts the runs": Wrong(
            """
def choose_recipe(runs):
    runs.sort(key=lambda run: run["recipe"])
    val, test = {}, {}
    for run in runs:
        val.setdefault(run["recipe"], []).append(run["val"])
        test.setdefault(run["recipe"], []).append(run["test"])
    best = max(val, key=lambda name: np.mean(val[name]))
    report = np.mean(test[best])
    flattery = max(np.mean(values) for values in test.values()) - report
    return {"recipe": best, "test": report, "flattery": flattery}
""",
            says="changes what it is given",
        ),
        "only the visible example": Wrong(
            """
def choose_recipe(runs):
    return {"recipe": "flip", "test": 64.0, "flattery": 0.5}
""",
            says="expected",
        ),
    },
}

RIGHT = {
    "recipe.learning_rate": {
        "in steps": """
def learning_rate(step, steps, peak, warmup=0.2):
    rising = warmup * steps
    if step >= rising:
        angle = np.pi * (step - rising) / (steps - rising)
        return peak / 2 + peak / 2 * np.cos(angle)
    return step / rising * peak
""",
        "squared cosine": """
def learning_rate(step, steps, peak, warmup=0.2):
    done = step / steps
    fall = max(done - warmup, 0) / (1 - warmup)
    rise = min(done / warmup, 1) if warmup else 1
    return rise * peak * math.cos(math.pi / 2 * fall) ** 2
""",
    },
    "recipe.augment": {
        "picture by picture": """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    result = np.zeros_like(pictures)
    for i in range(n):
        canvas = np.zeros((c, h + 2 * margin, w + 2 * margin), dtype=pictures.dtype)
        picture = pictures[i, :, :, ::-1] if mirrored[i] else pictures[i]
        canvas[:, margin:margin + h, margin:margin + w] = picture
        result[i] = canvas[:, down[i]:down[i] + h, right[i]:right[i] + w]
    return result
""",
        "all at once": """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    flipped = pictures.copy()
    flipped[mirrored] = np.flip(pictures[mirrored], axis=-1)
    padded = np.pad(flipped, [(0, 0)] * 2 + [(margin, margin)] * 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(2, 3))
    return windows[np.arange(n), :, down, right]
""",
        "by index": """
def augment(pictures, mirrored, down, right, margin):
    n, c, h, w = pictures.shape
    padded = np.pad(pictures, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    rows = down[:, None] + np.arange(h)
    columns = right[:, None] + np.arange(w)
    last = w + 2 * margin - 1
    columns = np.where(mirrored[:, None], last - columns, columns)
    picture = np.arange(n)[:, None, None, None]
    channel = np.arange(c)[None, :, None, None]
    return padded[picture, channel, rows[:, None, :, None], columns[:, None, None, :]]
""",
    },
    "recipe.normalise": {
        "channel by channel": """
def normalise(pictures, train):
    result = np.empty(pictures.shape)
    for channel in range(train.shape[1]):
        values = train[:, channel]
        result[:, channel] = (pictures[:, channel] - values.mean()) / values.std()
    return result
""",
        "from 0 to 1, float32": """
def normalise(pictures, train):
    pictures, train = (np.float32(batch) / 255 for batch in (pictures, train))
    mean = train.mean(axis=(0, 2, 3))[:, None, None]
    return (pictures - mean) / train.std(axis=(0, 2, 3))[:, None, None]
""",
        "by squares": """
def normalise(pictures, train):
    pixels = train.astype(float).transpose(1, 0, 2, 3).reshape(train.shape[1], -1)
    mean = pixels.mean(axis=1)
    std = ((pixels**2).mean(axis=1) - mean**2) ** 0.5
    return ((pictures.transpose(0, 2, 3, 1) - mean) / std).transpose(0, 3, 1, 2)
""",
    },
    "recipe.drop_rates": {
        "numpy": """
def drop_rates(skips, rate):
    skips = np.array(skips)
    return skips * np.linspace(0, rate, len(skips), endpoint=False)
""",
        "step by step": """
def drop_rates(skips, rate):
    rates = [0] * len(skips)
    for i in range(len(skips)):
        if skips[i]:
            rates[i] = i / len(skips) * rate
    return rates
""",
    },
    "recipe.smoothed_loss": {
        "two losses": """
def smoothed_loss(logits, labels, smoothing=0.0):
    logits = logits - logits.max(axis=1)[:, None]
    total = np.log(np.exp(logits).sum(axis=1))
    right = total - np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]
    every = total - logits.mean(axis=1)
    return np.mean((1 - smoothing) * right + smoothing * every)
""",
        "picture by picture": """
def smoothed_loss(logits, labels, smoothing=0.0):
    losses = []
    for row, label in zip(logits.tolist(), labels.tolist()):
        top = max(row)
        total = top + math.log(sum(math.exp(value - top) for value in row))
        loss = 0.0
        for number, value in enumerate(row):
            target = smoothing / len(row) + (1 - smoothing) * (number == label)
            loss -= target * (value - total)
        losses.append(loss)
    return sum(losses) / len(losses)
""",
        "logaddexp": """
def smoothed_loss(logits, labels, smoothing=0.0):
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    one_hot = np.eye(logits.shape[1])[labels]
    targets = one_hot * (1 - smoothing) + smoothing / logits.shape[1]
    return float(np.mean(-np.einsum("nk,nk->n", targets, logs)))
""",
    },
    "recipe.choose_recipe": {
        "by names": """
def choose_recipe(runs):
    names = sorted({run["recipe"] for run in runs})
    def mean(name, which):
        return np.mean([run[which] for run in runs if run["recipe"] == name])
    chosen = max(names, key=lambda name: mean(name, "val"))
    best = max(mean(name, "test") for name in names)
    test = mean(chosen, "test")
    return {"flattery": best - test, "test": test, "recipe": chosen}
""",
        "sums and counts": """
from collections import defaultdict
def choose_recipe(runs):
    sums = defaultdict(lambda: [0, 0.0, 0.0])
    for run in runs:
        entry = sums[run["recipe"]]
        entry[0] += 1
        entry[1] += run["val"]
        entry[2] += run["test"]
    table = [(val / n, test / n, name) for name, (n, val, test) in sums.items()]
    _, test, name = max(table)
    return dict(recipe=name, test=test, flattery=max(row[1] for row in table) - test)
""",
    },
}

EQUIVALENT = {
    "recipe.augment": {
        "0 -> 1 (2)": "adds a black picture after the last one, which zip never reaches",
    },
}
