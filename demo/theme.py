"""One quiet look, light and dark: Gradio's base theme with system fonts and a few colours that pass WCAG AA."""

import gradio as gr

SYSTEM_FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")

# What the page's own style sheets use beside Gradio's variables: name -> (light, dark).
COLOURS = {
    "accent": ("#1d4ed8", "#8ab4ff"),
    "strong-fill": ("#1d4ed8", "#1d4ed8"),
    "control-border": ("#737b8c", "#8b93a5"),
    "bar-fill": ("#7f8aa3", "#8b93a5"),
    "heat-fill": ("#d9822b", "#d9822b"),
    "problem-text": ("#a4261d", "#ffb4a9"),
}


def theme() -> gr.themes.Base:
    """The theme that `launch` takes; asks no other host for anything."""
    look = gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=SYSTEM_FONT, font_mono=SYSTEM_MONO)
    return look.set(
        body_background_fill="#f7f8fa",
        body_background_fill_dark="#12151c",
        body_text_color="#171a21",
        body_text_color_dark="#eef0f4",
        body_text_color_subdued="#545b6b",
        body_text_color_subdued_dark="#b3bac8",
        background_fill_secondary="#ffffff",
        background_fill_secondary_dark="#1a1e27",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1a1e27",
        border_color_primary="#d5d9e1",
        border_color_primary_dark="#363c4a",
        link_text_color="#1d4ed8",
        link_text_color_dark="#8ab4ff",
    )


def colours_css() -> str:
    """The page's own colours as variables for both modes."""
    light = "".join(f"--{name}: {light};" for name, (light, _) in COLOURS.items())
    dark = "".join(f"--{name}: {dark};" for name, (_, dark) in COLOURS.items())
    return f"<style>body {{{light}}} body.dark {{{dark}}}</style>"
