"""Settings with a name: the recipes that this project's models are trained by."""

from dataclasses import replace

from core.train.config import TrainConfig

PRESETS: dict[str, TrainConfig] = {
    "default": TrainConfig(),
    # The recogniser's net: trained on what people draw and photograph, seen through the preprocessing.
    "people": TrainConfig(
        ink="people",
        epochs=12,
        batch=256,
        copies=1,
        strangers=0.35,
        angle_deg=12,
        scale=0.15,
        shear=0.25,
        thickness=0.7,
    ),
    # The net for microcontrollers; so small a net takes a higher rate and needs no dropout.
    "edge": TrainConfig(net="EdgeNet", epochs=40, batch=256, peak_lr=0.006, dropout=0.0, batch_norm=True),
    # One of the ensemble that teaches: deeper, normalised, and never shipped.
    "teacher": TrainConfig(
        net="TeacherNet",
        epochs=24,
        batch=256,
        peak_lr=0.004,
        weight_decay=0.02,
        dropout=1.0,
        batch_norm=True,
        angle_deg=12,
        scale=0.12,
        shear=0.15,
        elastic_px=1.0,
        thickness=0.4,
    ),
    # One of the ensemble that teaches ConvNet: the default recipe and its mild bends, seven convolutions.
    "deep": TrainConfig(net="DeepNet", epochs=16, peak_lr=0.003, dropout=1.0, batch_norm=True),
    # ConvNet from what that ensemble says to bent pictures (`digits teach`), instead of from labels.
    "taught": TrainConfig(lessons="runs/deep-lessons", temperature=4.0, epochs=24, dropout=0.0, spoil=0.25),
    # For trying things out: a quarter of the passes, a higher rate.
    "quick": TrainConfig(
        epochs=8,
        peak_lr=0.003,
        warmup_epochs=0.5,
        weight_decay=0.02,
        ema=0.998,
        angle_deg=10,
        scale=0.1,
        shear=0.15,
        thickness=0.3,
    ),
    # Weights that are good already, two short epochs; net, ink and validation pictures as the weights had them. Chosen
    # by proof/few_digits: some of MNIST beside one's own pictures is enough to forget nothing.
    "finetune": TrainConfig(
        epochs=2,
        limit=1000,
        extra_share=0.5,
        peak_lr=0.0003,
        warmup_epochs=0.25,
        ema=0.98,
        copies=1,
        strangers=0.5,
    ),
    # The known design as published: 50,000 + 30,000 warped pictures, 40 epochs, no augmentation on the fly.
    "reference": TrainConfig(
        epochs=40,
        dropout=1.0,
        optimizer="adam",
        peak_lr=0.003,
        schedule="exponential",
        lr_decay=0.89,
        warmup_epochs=0,
        weight_decay=0,
        ema=0,
        shift_px=0,
        angle_deg=0,
        scale=0,
        shear=0,
        elastic_px=0,
        thickness=0,
        warped_extras=30_000,
        val_count=10_000,
        precision="float32",
    ),
}

# ConvNet once more, from a larger ensemble: four deep nets, two trained longer, and the first generation of pupils.
PRESETS["taught-again"] = replace(PRESETS["taught"], lessons="runs/taught-lessons")
PRESETS["edge-taught"] = replace(PRESETS["edge"], lessons=PRESETS["taught"].lessons, temperature=4.0)
# What teachers say to bent pictures (`digits teach`), without dropout: their answers are regular enough.
PRESETS["distilled"] = replace(
    PRESETS["teacher"],
    net="ConvNet",
    lessons="runs/lessons",
    temperature=4.0,
    epochs=30,
    dropout=0.0,
    weight_decay=0.01,
)
# The recogniser's counterparts: what people draw and photograph, seen through the preprocessing.
PRESETS["people-teacher"] = replace(
    PRESETS["teacher"],
    ink="people",
    copies=1,
    strangers=0.35,
    epochs=6,
    angle_deg=10,
    scale=0.1,
    elastic_px=0.9,
)
PRESETS["people-distilled"] = replace(
    PRESETS["people-teacher"],
    net="ConvNet",
    lessons="runs/people-lessons",
    repeats=2,
    temperature=4.0,
    epochs=12,
    dropout=0.0,
    weight_decay=0.01,
)
# The recogniser once more: about MNIST's digits nine nets that read them best teach it, about all else recognisers.
PRESETS["people-taught"] = replace(
    PRESETS["people"],
    from_="runs/people-mean/weights.safetensors",
    lessons="runs/people-taught-lessons",
    temperature=4.0,
    nudge_px=0.4,
    spoil=0.1,
    epochs=8,
    repeats=2,
    strangers=0.6,
    peak_lr=0.0015,
    warmup_epochs=0.2,
    dropout=0.0,
    angle_deg=8,
    scale=0.1,
    shear=0.12,
    thickness=0.3,
)
# Another end of the recogniser's training, begun from the mean of its last two stages: a mean of several is shipped.
PRESETS["people-branch"] = replace(
    PRESETS["people"],
    from_="runs/people-mean/weights.safetensors",
    epochs=6,
    repeats=3,
    strangers=0.7,
    peak_lr=0.001,
    warmup_epochs=0.2,
    dropout=0.3,
    angle_deg=7,
    scale=0.08,
    shear=0.1,
    elastic_px=0.7,
    thickness=0.25,
    spoil=0.15,
)
# Its teachers are three: the deeper net, its pupil, and the shipped recogniser.
PRESETS["people-edge"] = replace(
    PRESETS["people-distilled"], net="EdgeNet", lessons="runs/people-lessons-2", epochs=20, peak_lr=0.006
)
