"""Hidden checks of the lab `mnist`, in the order of the tasks; NOTES.md says why so.

T1 to T4 are judged number by number. Of the Keras models the layers are looked at, single
steps of plain gradient descent are followed, and what a training reaches is asked for
last and least: a softmax that is taken twice reads as well as a right one.
"""

from .data_checks import (
    batches_are_epochs_dealt_out,
    cross_entropy_is_the_mean_over_images,
    four_digits_are_shown,
    images_are_scaled_rows,
    labels_are_one_hot,
    softmax_is_exp_over_its_sum,
    softmax_stands_large_logits,
    sure_and_right_costs_nothing,
)
from .deep_checks import (
    conv_accuracy,
    conv_net_reads_unseen_digits,
    convolutions_with_relu,
    deep_accuracy,
    deep_net_reads_unseen_digits,
    five_layers_of_one_kind,
    rate_falls_as_it_should,
    test_curve_is_measured_on_test_images,
)
from .keras_checks import (
    dropout_accuracy,
    dropout_net_reads_unseen_digits,
    dropout_sleeps_at_prediction,
    dropout_stands_behind_the_relu,
    fifteen_accuracy,
    fifteen_read_unseen_digits,
    fifteen_sigmoids_then_ten,
    parameters_are_counted,
    quadratic_cost_is_half_a_mean,
    steps_descend_the_cross_entropy,
    steps_descend_the_quadratic_cost,
)
from .reading_checks import (
    confusion_counts_pairs,
    histories_are_drawn,
    reading_accuracy,
    unseen_digits_are_read,
    weights_are_drawn,
    worst_digits_are_shown,
)
from .softmax_checks import (
    accuracy_counts_right_digits,
    loss_is_that_before_the_step,
    softmax_accuracy,
    softmax_reads_unseen_digits,
    step_follows_the_gradient,
    step_leaves_its_arguments_alone,
    training_is_steps_from_zero,
)

__all__ = [
    "accuracy_counts_right_digits",
    "batches_are_epochs_dealt_out",
    "confusion_counts_pairs",
    "conv_accuracy",
    "conv_net_reads_unseen_digits",
    "convolutions_with_relu",
    "cross_entropy_is_the_mean_over_images",
    "deep_accuracy",
    "deep_net_reads_unseen_digits",
    "dropout_accuracy",
    "dropout_net_reads_unseen_digits",
    "dropout_sleeps_at_prediction",
    "dropout_stands_behind_the_relu",
    "fifteen_accuracy",
    "fifteen_read_unseen_digits",
    "fifteen_sigmoids_then_ten",
    "five_layers_of_one_kind",
    "four_digits_are_shown",
    "histories_are_drawn",
    "images_are_scaled_rows",
    "labels_are_one_hot",
    "loss_is_that_before_the_step",
    "parameters_are_counted",
    "quadratic_cost_is_half_a_mean",
    "rate_falls_as_it_should",
    "reading_accuracy",
    "softmax_accuracy",
    "softmax_is_exp_over_its_sum",
    "softmax_reads_unseen_digits",
    "softmax_stands_large_logits",
    "step_follows_the_gradient",
    "step_leaves_its_arguments_alone",
    "steps_descend_the_cross_entropy",
    "steps_descend_the_quadratic_cost",
    "sure_and_right_costs_nothing",
    "test_curve_is_measured_on_test_images",
    "training_is_steps_from_zero",
    "unseen_digits_are_read",
    "weights_are_drawn",
    "worst_digits_are_shown",
]
