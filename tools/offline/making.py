"""Makes the images one after another, each from a folder that holds all it needs: no network."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.offline import access, debian, engine, maven
from tools.offline.plan import FOLDER, Image, Plan


@dataclass(frozen=True)
class Workshop:
    """``folder`` keeps root file systems and downloads between runs."""

    plan: Plan
    folder: Path

    def make(self, image: Image) -> None:
        """Builds the image and gives it its tag in the engine."""
        with self._context(image) as context:
            arguments = {"BASE": self.plan[image.below[-1]].tag} if image.below else {}
            engine.build(context, image.tag, arguments=arguments)
        engine.docker("tag", image.tag, f"{image.tag.partition(':')[0]}:latest")

    @contextmanager
    def _context(self, image: Image) -> Generator[Path]:
        context = self.folder / "contexts" / image.name
        shutil.rmtree(context, ignore_errors=True)
        shutil.copytree(image.folder, context)
        try:
            if image.packages:
                self._add_layer(image, context / "layer.tar")
            if image.maven:
                self._add_maven(image, context)
            if image.local:
                access.write_into(context / "access")
            yield context
        finally:
            shutil.rmtree(context, ignore_errors=True)

    def _add_layer(self, image: Image, target: Path) -> None:
        below = [self._root(self.plan[name]) for name in image.below if self.plan[name].packages]
        debian.write_layer(self._root(image), below, target, leave_out=image.leave_out)

    def _root(self, image: Image) -> Path:
        root = self.folder / "roots" / f"{image.name}.tar"
        if not root.exists():
            root.parent.mkdir(parents=True, exist_ok=True)
            draft = root.with_suffix(".draft.tar")
            debian.make_root(self.plan.release, self.plan.packages(image), image.accounts, draft)
            draft.rename(root)
        return root

    def _add_maven(self, image: Image, context: Path) -> None:
        files = self.downloads(image)
        locked = maven.read_lock(maven.LOCK.read_text(encoding="utf-8"))
        maven.compare(image.name, maven.digests(image.name, files), locked)
        if image.maven == "archive":
            (archive,) = files.iterdir()
            shutil.copyfile(archive, context / "archive.tar.gz")
        else:
            shutil.copytree(files, context / image.maven)

    def downloads(self, image: Image) -> Path:
        """The files from Maven, fetched once."""
        folder = self.folder / "maven" / image.name
        if not folder.is_dir():
            draft = folder.with_name(f"{folder.name}.draft")
            maven.fetch(FOLDER / "images" / image.name / "pom.xml", draft)
            draft.rename(folder)
        return folder

    def forget(self) -> None:
        """Removes what earlier runs kept, so that the newest packages are taken."""
        shutil.rmtree(self.folder / "roots", ignore_errors=True)
        shutil.rmtree(self.folder / "maven", ignore_errors=True)
