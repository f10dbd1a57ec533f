"""Pictures of records and prices; no torch. Names load on first use, and matplotlib with them."""

from .._lazy import lazy_names, names_of

#: Where each public name lives.
_HOME = names_of(
    {
        "ledger": "STEPS block_layers",
        "picture": "Picture",
        "plots.accuracy": "accuracy_vs_macs pareto_front",
        "plots.compound": "best_of_grid compound_over_single grid_results growth_with_phi "
        "phi_wanted published_beside_count",
        "plots.convolutions": "convolution_table counts_table depthwise_and_full intensity_bars "
        "memory_table separable_saving",
        "plots.costs": "cost_bars growth_by_kind",
        "plots.curves": "training_curves",
        "plots.dimensions": "cost_of_scaling gains_by_step published_gains rounding sight",
        "plots.feature_maps": "feature_maps gate_marks relu_damage",
        "plots.live": "LiveCurve",
        "plots.published": "differences gains_beside_paper published_accuracy",
        "plots.recipes": "effects train_val_gaps",
        "plots.schedules": "schedules",
        "plots.sheets": "augmentation_sheet policy_sheet sample_pictures",
        "stages": "cost_table disagreement_table source_table stage_table",
        "tables": "Table ideal_and_actual",
    }
)

__all__ = sorted(_HOME)

__getattr__, __dir__ = lazy_names(__name__, _HOME)
