"""Hidden checks of the lab `overfitting`, in the order of the tasks; NOTES.md says why so.

Whether a network overfits is seen in its own predictions. What a history says is believed
only where the network bears it out.
"""

from .history_checks import (
    answers_about_overfitting,
    best_epoch_has_the_first_smallest_loss,
    both_curves_of_both_panels_are_drawn,
    gap_is_training_minus_validation,
    misclassified_is_one_minus_accuracy,
    rise_is_last_over_smallest,
)
from .remedy_checks import (
    dropout_narrows_the_gap,
    dropout_reaches,
    early_stopping_keeps_the_best,
    early_stopping_reaches,
    l2_narrows_the_gap,
    l2_reaches,
    small_net_narrows_the_gap,
    small_net_reaches,
)
from .sample_checks import (
    baseline_learns_the_wrong_labels,
    labels_stay_with_their_images,
    no_image_is_drawn_twice,
    wrong_labels_are_drawn_by_lot,
)
from .study_checks import (
    both_sums_are_drawn,
    gap_by_size_measures_each_size,
    gaps_are_drawn,
    poly_rss_is_fitted_to_the_first_points,
)
from .training_checks import (
    big_net_has_its_width,
    big_net_overfits,
    history_tells_the_truth,
    signs_of_overfitting,
)

__all__ = [
    "answers_about_overfitting",
    "baseline_learns_the_wrong_labels",
    "best_epoch_has_the_first_smallest_loss",
    "big_net_has_its_width",
    "big_net_overfits",
    "both_curves_of_both_panels_are_drawn",
    "both_sums_are_drawn",
    "dropout_narrows_the_gap",
    "dropout_reaches",
    "early_stopping_keeps_the_best",
    "early_stopping_reaches",
    "gap_by_size_measures_each_size",
    "gap_is_training_minus_validation",
    "gaps_are_drawn",
    "history_tells_the_truth",
    "l2_narrows_the_gap",
    "l2_reaches",
    "labels_stay_with_their_images",
    "misclassified_is_one_minus_accuracy",
    "no_image_is_drawn_twice",
    "poly_rss_is_fitted_to_the_first_points",
    "rise_is_last_over_smallest",
    "signs_of_overfitting",
    "small_net_narrows_the_gap",
    "small_net_reaches",
    "wrong_labels_are_drawn_by_lot",
]
