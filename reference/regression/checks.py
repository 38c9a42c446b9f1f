"""Hidden checks of the lab `regression`: they carry the points.

One file for each kind of evidence: what has a formula, gradient descent on a line, the
network, TensorFlow, figures. Only three things are judged by luck, as gates: where 20,000
random steps end, what the network has learned, and how well TensorFlow's line fits.
"""

from .closed_form import (
    answers_about_the_learning_rate,
    equal_columns_are_no_obstacle,
    limit_is_two_over_the_curvature,
    mse_is_their_mean,
    noise_has_its_sigma,
    quadratic_is_fitted,
    r2_is_the_explained_share,
    rss_sums_squares,
    weights_are_of_least_squares,
    x_is_uniform,
)
from .descent import (
    batches_are_drawn_anew,
    costs_are_mean_squares,
    each_x_meets_its_own_y,
    gd_line_follows_the_gradient,
    history_is_kept,
    sgd_arrives_at_least_squares,
    snapshots_are_those_asked_for,
    step_is_the_gradient_of_the_mean,
)
from .plots import history_is_drawn, sine_is_drawn, snapshots_and_cost_are_drawn
from .sine import (
    errors_are_of_data_and_truth,
    outputs_are_sums_of_sigmoids,
    sine_is_learned,
    sine_net_takes_gradient_steps,
    sine_points_are_about_the_sine,
)
from .tensor import (
    tensorflow_2_is_used,
    tf_line_fits,
    tf_line_is_found_without_noise,
)

__all__ = [
    "answers_about_the_learning_rate",
    "batches_are_drawn_anew",
    "costs_are_mean_squares",
    "each_x_meets_its_own_y",
    "equal_columns_are_no_obstacle",
    "errors_are_of_data_and_truth",
    "gd_line_follows_the_gradient",
    "history_is_drawn",
    "history_is_kept",
    "limit_is_two_over_the_curvature",
    "mse_is_their_mean",
    "noise_has_its_sigma",
    "outputs_are_sums_of_sigmoids",
    "quadratic_is_fitted",
    "r2_is_the_explained_share",
    "rss_sums_squares",
    "sgd_arrives_at_least_squares",
    "sine_is_drawn",
    "sine_is_learned",
    "sine_net_takes_gradient_steps",
    "sine_points_are_about_the_sine",
    "snapshots_and_cost_are_drawn",
    "snapshots_are_those_asked_for",
    "step_is_the_gradient_of_the_mean",
    "tensorflow_2_is_used",
    "tf_line_fits",
    "tf_line_is_found_without_noise",
    "weights_are_of_least_squares",
    "x_is_uniform",
]
