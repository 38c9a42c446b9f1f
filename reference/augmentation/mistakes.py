"""What students get wrong in this lab, one mistake a function.

The rows of the lab's table come first in each section; NOTES.md has the table. A mistake
with chance in it is recognised by what it does to images that were made for it, see
`diagnosis` in probes.py.
"""

import numpy as np

from grader.checks import mistake

from . import augmentation as solution

# T1


@mistake(
    replaces="shift_images",
    fails=("nothing_comes_back_on_the_other_side", "shift_beyond_the_frame"),
    score=90,
    concept="zero padding",
)
def wraps_around(X, dx, dy):
    """This is what you get with np.roll: what leaves on the right comes back on the left."""
    return np.roll(X, (dy, dx), axis=(1, 2))


@mistake(
    replaces="shift_images",
    fails="shift_goes_right_and_down",
    score=95,
    concept="rows and columns",
)
def dx_and_dy_swapped(X, dx, dy):
    """This is what you get when dx moves the rows and dy the columns: axis 1 is down."""
    return solution.shift_images(X, dy, dx)


@mistake(
    replaces="shift_images",
    fails="shift_goes_right_and_down",
    concept="rows and columns",
)
def shift_reversed(X, dx, dy):
    """This is what you get when the new pixel x comes from x + dx: all goes to the left."""
    return solution.shift_images(X, -dx, -dy)


@mistake(
    replaces="shift_images",
    fails=("shift_goes_right_and_down", "nothing_comes_back_on_the_other_side"),
    concept="slices",
    # it raises, and where it does not the answer is right
    named=False,
)
def slice_to_minus_zero(X, dx, dy):
    """This is what you get with X[:, :-dy]: for dy = 0 that slice is empty."""
    if dx < 0 or dy < 0:
        return solution.shift_images(X, dx, dy)
    shifted = np.zeros_like(X)
    shifted[:, dy:, dx:] = X[:, :-dy, :-dx]
    return shifted


# T2


@mistake(
    replaces="rotate_image",
    fails=(
        "rotation_by_right_angles",
        "rotation_by_any_angle",
        "corners_of_a_rotation_are_empty",
    ),
    score=92,
    concept="rotation about a point",
)
def rotates_about_the_corner(image, deg):
    """This is what you get when (0, 0) is the corner: subtract the centre, add it again."""
    h, w = image.shape
    x, y = np.arange(w), np.arange(h)[:, np.newaxis]
    cos, sin = np.cos(np.deg2rad(deg)), np.sin(np.deg2rad(deg))
    col = np.rint(x * cos - y * sin).astype(int)
    row = np.rint(x * sin + y * cos).astype(int)
    inside = (row >= 0) & (row < h) & (col >= 0) & (col < w)
    return np.where(inside, image[row % h, col % w], 0)


@mistake(
    replaces="rotate_image",
    fails=("rotation_by_right_angles", "rotation_by_any_angle"),
    concept="sense of rotation",
)
def rotates_clockwise(image, deg):
    """This is what you get when the sine has the other sign: rows count downwards."""
    return solution.rotate_image(image, -deg)


@mistake(
    replaces="rotate_image",
    fails=("rotation_by_right_angles", "rotation_by_any_angle"),
    concept="radians",
)
def degrees_for_radians(image, deg):
    """This is what you get when degrees go into np.cos and np.sin, which want radians."""
    return solution.rotate_image(image, np.rad2deg(deg))


@mistake(
    replaces="rotate_image",
    fails="corners_of_a_rotation_are_empty",
    concept="zero padding",
)
def edge_pixels_repeated(image, deg):
    """This is what you get when places outside of the image are clipped to its edge."""
    h, w = image.shape
    padded = np.pad(image, 20, mode="edge")
    return solution.rotate_image(padded, deg)[20 : 20 + h, 20 : 20 + w]


@mistake(
    replaces="rotate_image",
    fails="rotation_by_any_angle",
    concept="inverse mapping",
)
def holes_left_behind(image, deg):
    """This is what you get when old pixels are sent to their new places: some stay empty."""
    h, w = image.shape
    x, y = np.arange(w) - (w - 1) / 2, np.arange(h)[:, np.newaxis] - (h - 1) / 2
    cos, sin = np.cos(np.deg2rad(deg)), np.sin(np.deg2rad(deg))
    col = np.rint(x * cos + y * sin + (w - 1) / 2).astype(int)
    row = np.rint(-x * sin + y * cos + (h - 1) / 2).astype(int)
    inside = (row >= 0) & (row < h) & (col >= 0) & (col < w)
    rotated = np.zeros_like(image)
    rotated[row[inside], col[inside]] = image[inside]
    return rotated


# T3


@mistake(
    replaces="random_augment",
    fails=("variants_are_images", "random_rotations_are_even", "augmentation_helps"),
    score=80,
    concept="label-preserving transformations",
)
def mirrors_digits(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when digits are mirrored as well: nobody writes a mirrored 7."""
    variants = solution.random_augment(X, max_shift, max_deg, seed)
    mirrored = np.random.default_rng([seed, 1]).random(len(X)) < 0.5
    variants[mirrored] = variants[mirrored, :, ::-1]
    return variants


@mistake(
    replaces="random_augment",
    fails=("random_rotations_are_even", "augmentation_helps"),
    score=80,
    concept="label-preserving transformations",
)
def turned_all_the_way(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when digits are turned by up to 180 degrees: a 6 becomes a 9."""
    return solution.random_augment(X, max_shift, 180 if max_deg else 0, seed)


@mistake(
    replaces="random_augment",
    fails=("random_shifts_are_even", "augmentation_helps"),
    score=84,
    concept="label-preserving transformations",
)
def shifts_too_far(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when digits are shifted by up to 8 pixels, out of the frame."""
    return solution.random_augment(X, 8 if max_shift else 0, max_deg, seed)


@mistake(
    replaces="random_augment",
    fails="random_shifts_are_even",
    score=92,
    concept="independent draws",
)
def one_shift_for_the_batch(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when the shift is drawn once and used for all images."""
    rng = np.random.default_rng(seed)
    dx, dy = rng.integers(-max_shift, max_shift + 1, size=2)
    rotated = [
        solution.rotate_image(image, rng.uniform(-max_deg, max_deg)) for image in X
    ]
    return solution.shift_images(np.array(rotated), dx, dy)


@mistake(
    replaces="random_augment",
    fails=(
        "variants_are_images",
        "random_shifts_are_even",
        "random_rotations_are_even",
        "augmentation_helps",
    ),
    score=72,
    concept="training and inference mode",
)
def layers_not_training(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when Random* layers are called without training=True: nothing."""
    return X.copy()


@mistake(
    replaces="random_augment",
    fails=("variants_are_images", "random_rotations_are_even", "augmentation_helps"),
    score=78,
    concept="scale of the inputs",
)
def grey_values_to_255(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when variants have grey values to 255 and test images to 1."""
    return 255 * solution.random_augment(X, max_shift, max_deg, seed)


@mistake(
    replaces="random_augment",
    fails="random_rotations_are_even",
    concept="independent draws",
)
def one_angle_for_the_batch(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when the angle is drawn once and used for all images."""
    deg = np.random.default_rng(seed).uniform(-max_deg, max_deg)
    rotated = np.array([solution.rotate_image(image, deg) for image in X])
    return solution.random_augment(rotated, max_shift, 0, seed)


@mistake(
    replaces="random_augment",
    fails="random_shifts_are_even",
    concept="half-open intervals",
)
def upper_end_excluded(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get with integers(-2, 2): the upper end is excluded."""
    rng = np.random.default_rng(seed)
    variants = np.empty_like(X)
    for i, image in enumerate(X):
        rotated = solution.rotate_image(image, rng.uniform(-max_deg, max_deg))
        dx, dy = (
            rng.integers(-max_shift, max(max_shift, 1), size=2) if max_shift else (0, 0)
        )
        variants[i] = solution.shift_images(rotated[np.newaxis], dx, dy)[0]
    return variants


@mistake(
    replaces="random_augment",
    fails="random_shifts_are_even",
    concept="independent draws",
)
def one_draw_for_dx_and_dy(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when one number is drawn for dx and dy: all shifts are diagonal."""
    rng = np.random.default_rng(seed)
    variants = np.empty_like(X)
    for i, image in enumerate(X):
        rotated = solution.rotate_image(image, rng.uniform(-max_deg, max_deg))
        d = rng.integers(-max_shift, max_shift + 1)
        variants[i] = solution.shift_images(rotated[np.newaxis], d, d)[0]
    return variants


@mistake(replaces="random_augment", fails="variants_are_images", concept="seed")
def seed_ignored(X, max_shift=2, max_deg=15, seed=0):
    """This is what you get when the generator is made without the seed."""
    own = int(np.random.default_rng().integers(2**31))
    return solution.random_augment(X, max_shift, max_deg, own)


# T4


@mistake(
    replaces="augmented_batches",
    fails=("every_epoch_has_new_variants", "augmentation_helps"),
    score=76,
    concept="augmentation",
)
def augmented_once(X, y, batch=32, epochs=40, seed=0):
    """This is what you get when random_augment is called once, before the loop."""
    variants = solution.random_augment(X, seed=seed)
    return solution.plain_batches(variants, y, batch, epochs, seed)


@mistake(
    replaces="augmented_batches",
    fails=("every_image_once_an_epoch", "augmentation_helps"),
    score=77,
    concept="pairs of image and label",
)
def labels_shuffled(X, y, batch=32, epochs=40, seed=0):
    """This is what you get when images and labels are shuffled each in its own order."""
    y = np.random.default_rng(seed).permutation(y)
    return solution.augmented_batches(X, y, batch, epochs, seed)


@mistake(
    replaces="augmented_batches",
    fails=("every_epoch_has_new_variants", "augmentation_helps"),
    concept="augmentation",
)
def batches_not_augmented(X, y, batch=32, epochs=40, seed=0):
    """This is what you get when the variants are made, but the originals are used."""
    return solution.plain_batches(X, y, batch, epochs, seed)


@mistake(
    replaces="augmented_batches",
    fails="every_image_once_an_epoch",
    concept="fair comparison",
)
def originals_kept_beside(X, y, batch=32, epochs=40, seed=0):
    """This is what you get when each epoch has the originals and their variants: twice as many."""
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        variants = solution.random_augment(X, seed=rng.integers(2**31))
        both = np.concatenate([X, variants]), np.concatenate([y, y])
        batches += solution.plain_batches(*both, batch, 1, rng.integers(2**31))
    return batches


@mistake(
    replaces="augmented_batches",
    fails="every_image_once_an_epoch",
    concept="epoch",
)
def drawn_with_replacement(X, y, batch=32, epochs=40, seed=0):
    """This is what you get when the images of a batch are drawn with replacement."""
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        variants = solution.random_augment(X, seed=rng.integers(2**31))
        for start in range(0, len(X), batch):
            chosen = rng.integers(len(X), size=min(batch, len(X) - start))
            batches.append((variants[chosen], y[chosen]))
    return batches


@mistake(
    replaces="augmented_batches",
    fails="every_epoch_has_new_variants",
    concept="augmentation",
)
def variants_of_variants(X, y, batch=32, epochs=40, seed=0):
    """This is what you get when each epoch augments the images of the epoch before."""
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        X = solution.random_augment(X, seed=rng.integers(2**31))
        batches += solution.plain_batches(X, y, batch, 1, rng.integers(2**31))
    return batches


# T5


@mistake(
    replaces="train",
    fails=("arms_make_the_same_steps", "augmentation_helps"),
    score=84,
    concept="test set",
)
def augmented_test_images(training, validation, X_test, aug=True, seed=0, epochs=40):
    """This is what you get when test images are augmented, too: each is read by chance."""
    if aug:
        X_test = solution.random_augment(X_test, seed=seed)
    return solution.train(training, validation, X_test, aug, seed, epochs)


@mistake(
    replaces="train",
    fails="arms_make_the_same_steps",
    score=92,
    concept="fair comparison",
)
def twice_the_steps(training, validation, X_test, aug=True, seed=0, epochs=40):
    """This is what you get when the augmented arm makes twice as many updates."""
    count = 2 * epochs if aug else epochs
    history, P = solution.train(training, validation, X_test, aug, seed, count)
    for name in ("accuracy", "val_accuracy"):
        history[name] = history[name][count // epochs - 1 :: count // epochs]
    return history, P


@mistake(
    replaces="train",
    fails="arms_make_the_same_steps",
    concept="validation set",
    # which images the numbers belong to can't be told from them
    named=False,
)
def validated_on_training_images(
    training, validation, X_test, aug=True, seed=0, epochs=40
):
    """This is what you get when val_accuracy is measured on the training images."""
    return solution.train(training, training, X_test, aug, seed, epochs)


# T6


@mistake(
    replaces="compare",
    fails="standard_error_is_of_the_mean",
    concept="standard error",
)
def divided_by_k(plain, augmented):
    """This is what you get when the variance is divided by k: np.std needs ddof=1."""
    found = solution.compare(plain, augmented)
    k = len(found["differences"])
    standard_error = np.std(found["differences"]) / np.sqrt(k)
    t = found["mean"] / standard_error if standard_error > 0 else 0.0
    return {**found, "standard_error": standard_error, "t": t}


@mistake(
    replaces="compare",
    fails=("standard_error_is_of_the_mean", "significance_needs_seeds"),
    score=93,
    concept="standard error",
)
def one_seed_is_enough(plain, augmented):
    """This is what you get when a spread of 0 counts as certainty: one seed has none."""
    found = solution.compare(plain, augmented)
    k = len(found["differences"])
    standard_error = np.std(found["differences"]) / np.sqrt(k)
    t = found["mean"] / max(standard_error, 1e-12)
    significant = bool(t > 2)
    return {
        **found,
        "standard_error": standard_error,
        "t": t,
        "significant": significant,
    }


@mistake(
    replaces="compare",
    fails="standard_error_is_of_the_mean",
    concept="standard error",
)
def spread_for_standard_error(plain, augmented):
    """This is what you get without sqrt(k): the spread of one difference, not of the mean."""
    found = solution.compare(plain, augmented)
    k = len(found["differences"])
    standard_error = found["standard_error"] * np.sqrt(k)
    return {**found, "standard_error": standard_error, "t": found["t"] / np.sqrt(k)}


@mistake(
    replaces="compare",
    fails="standard_error_is_of_the_mean",
    concept="paired comparison",
)
def arms_not_paired(plain, augmented):
    """This is what you get when the spreads of both arms are added, as if not paired."""
    found = solution.compare(plain, augmented)
    k = len(found["differences"])
    if k == 1:
        return found
    both = np.var(plain, ddof=1) + np.var(augmented, ddof=1)
    standard_error = np.sqrt(both / k)
    t = found["mean"] / standard_error if standard_error > 0 else 0.0
    return {**found, "standard_error": standard_error, "t": t}


@mistake(
    replaces="compare",
    fails=(
        "differences_are_paired",
        "standard_error_is_of_the_mean",
        "sign_test_counts_heads",
        "significance_needs_seeds",
    ),
    concept="paired comparison",
)
def plain_minus_augmented(plain, augmented):
    """This is what you get when the differences are plain minus augmented."""
    return solution.compare(augmented, plain)


@mistake(replaces="compare", fails="sign_test_counts_heads", concept="sign test")
def ties_counted_as_tails(plain, augmented):
    """This is what you get when differences of 0 stay in the sign test."""
    import math

    found = solution.compare(plain, augmented)
    k, r = len(found["differences"]), int((found["differences"] > 0).sum())
    p_sign = sum(math.comb(k, heads) for heads in range(r, k + 1)) / 2**k
    return {**found, "p_sign": p_sign, "significant": p_sign < 0.05}


@mistake(replaces="compare", fails="sign_test_counts_heads", concept="sign test")
def exactly_so_many_heads(plain, augmented):
    """This is what you get when p_sign is the probability of just r heads, not r or more."""
    import math

    found = solution.compare(plain, augmented)
    r = int((found["differences"] > 0).sum())
    q = r + int((found["differences"] < 0).sum())
    return {**found, "p_sign": math.comb(q, r) / 2**q}


# T7


@mistake(
    replaces="plot_variants",
    fails="variants_are_drawn",
    concept="augmentation",
    named=False,
)
def one_variant_many_times(image, seed=0):
    """This is what you get when the same seed is used for each of the 32 variants."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(4, 8)
    for ax in axes.flat:
        ax.imshow(solution.random_augment(image[np.newaxis], seed=seed)[0])
    return fig


@mistake(
    replaces="plot_curves",
    fails="curves_of_both_arms",
    concept="learning curve",
    named=False,
)
def validation_curves_missing(plain, augmented):
    """This is what you get when only the training curves are drawn."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    ax.plot(plain["accuracy"], label="plain, training")
    ax.plot(augmented["accuracy"], label="augmented, training")
    ax.set(xlabel="epoch", ylabel="accuracy")
    ax.legend()
    return fig


@mistake(
    replaces="plot_curves",
    fails="curves_of_both_arms",
    concept="axis labels",
    named=False,
)
def curves_without_labels(plain, augmented):
    """This is what you get when the axes have no labels and the curves no names."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    for history in (plain, augmented):
        ax.plot(history["accuracy"])
        ax.plot(history["val_accuracy"])
    return fig


# T8


@mistake(
    replaces="wrong_augment",
    fails="mirror_changes_half_of_the_images",
    concept="rows and columns",
)
def mirrors_up_and_down(X, kind="mirror", seed=0):
    """This is what you get when the rows are reversed: axis 1 counts rows, axis 2 columns."""
    if kind != "mirror":
        return solution.wrong_augment(X, kind, seed)
    chosen = np.random.default_rng(seed).random(len(X)) < 0.5
    return np.where(chosen[:, np.newaxis, np.newaxis], X[:, ::-1], X)


@mistake(
    replaces="wrong_augment",
    fails=("mirror_changes_half_of_the_images", "half_turns_half_of_the_images"),
    concept="independent draws",
)
def changes_all_images(X, kind="mirror", seed=0):
    """This is what you get when every image is changed, not each with probability 1/2."""
    return X[:, :, ::-1] if kind == "mirror" else X[:, ::-1, ::-1]


@mistake(
    replaces="answers",
    fails="answers_about_mirrors",
    concept="label-preserving transformations",
)
def more_variants_help_always():
    """This is what you get when any new variant is taken for a gain: mirrored 2s are none."""
    return {**solution.answers(), "mirror_effect": "raises"}


@mistake(
    replaces="answers",
    fails="answers_about_mirrors",
    concept="counting",
)
def shifts_without_zero():
    """This is what you get when no shift at all is not counted: -2 to 2 are five numbers."""
    return {**solution.answers(), "shifts": 16}
