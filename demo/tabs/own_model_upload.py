"""Where a visitor sends a model of their own, to see where it errs, alone or beside ours."""

from pathlib import Path

from core.pictures import PictureError
from core.session import ModelError
from core.wording import counted
from demo.analysis import own_models
from demo.analysis.screen import Screen
from demo.guard import limits
from demo.guard.temporary import Temporary
from demo.rendering import sentence
from demo.tabs import upload_part

# The pictures on show stay; a second model may be chosen beside it.
OPEN_MODEL = """(name) => {
  if (!name) return;
  const asked = new URLSearchParams(location.hash.startsWith("#analysis") ? location.hash.split("?")[1] : "");
  asked.set("model", name);
  location.hash = `#analysis?${asked}`;
}"""


def build(screen: Screen, temporary: Temporary) -> None:
    """A folded part of the tab that is being built; temporary: where the file lies until it is read."""

    def keep(files: list[str] | None) -> tuple[str, str]:
        """The name that the model has from now on ("" for none), and how it is read, or why it cannot be."""
        paths = [Path(file) for file in files or []]
        try:
            if len(paths) != 1:
                raise ModelError(f"{counted(len(paths), 'file')} arrived; please send one model at a time.")
            model = own_models.read_file(paths[0])
        except (ModelError, PictureError) as error:
            return "", sentence(str(error))
        finally:
            temporary.forget(paths)
        said = f"{model.name} is given {model.said}. Choose ours as the second model to see both side by side."
        return screen.bench.own_models.keep(model), sentence(said)

    told = (
        "Send an `.onnx` file that takes one picture of a digit and gives ten numbers. Names, axes and kinds may be"
        " any; how it wants its pixels is tried on MNIST's validation pictures. The weights must lie in the file,"
        f" which may have {limits.MODEL_BYTES // limits.MB} MB. It is kept in memory, and for nobody else."
    )
    upload_part.build("Analyse your own model", told, "Model", "analysis-model", keep, OPEN_MODEL)
