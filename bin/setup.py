"""What `make setup` does, with one sentence for whatever may go wrong. Standard library only.

Written for any Python 3, so that an old one can be told that it is too old.
"""

import os
import shutil
import subprocess
import sys

VENV = ".venv"
OLDEST = (3, 11)
BYTES_NEEDED = 1500 * 1024 * 1024
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SYSTEM_PACKAGES = ("chromium", "fonts-noto-cjk", "gettext")


def fail(sentence):
    """End with one sentence."""
    sys.exit("setup: " + sentence)


def create():
    """Make the virtual environment."""
    if sys.version_info < OLDEST:
        fail(
            "Python %d.%d is too old; install Python 3.11 or newer and run "
            "`make PYTHON=python3.11 ...`." % sys.version_info[:2]
        )
    check_disk()
    print("setup: creating %s with Python %d.%d" % (VENV, *sys.version_info[:2]), flush=True)
    # A half-made one (interrupted, or of a Python that is gone) is replaced.
    result = subprocess.call([sys.executable, "-m", "venv", "--clear", VENV])
    if result:
        fail(
            "the virtual environment could not be made; on Debian and Ubuntu install it with "
            "`apt-get install python3-venv`, then try again."
        )


def check_disk():
    """Refuse to begin what cannot end well."""
    free = shutil.disk_usage(".").free
    if free < BYTES_NEEDED:
        fail("the disk has %d MB left; free 1500 MB and try again." % (free // 2**20))


def install(lock_file):
    """Install exactly what the lock file names, checked by hash, wheels only."""
    check_disk()
    with open(lock_file) as stream:
        count = sum(1 for line in stream if "==" in line and not line.lstrip().startswith("#"))
    print("setup: installing %d packages of %s" % (count, lock_file), flush=True)
    command = [
        os.path.join(VENV, "bin", "python"),
        *("-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"),
        *("--only-binary", ":all:", "--requirement", lock_file),
    ]
    said = []
    done = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    ) as process:
        for line in process.stdout:
            said.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                done += 1
                show(done, count, line.split()[1] if line.startswith("Coll") else "")
            elif line.startswith("Installing collected"):
                print("\nsetup: unpacking", flush=True)
    print(flush=True)
    if process.returncode:
        explain("".join(said))


def show(done, count, name):
    """Show progress: one line that is rewritten on a terminal, every tenth package in a log."""
    text = "setup: %d/%d %s" % (min(done, count), count, name.split("==")[0])
    if sys.stdout.isatty():
        print("\r\033[K" + text, end="", flush=True)
    elif done % 10 == 0 or done == count:
        print(text, flush=True)


def explain(said):
    """Say in one sentence why pip failed."""
    if "No space left" in said:
        fail("the disk is full; free 1500 MB and try again.")
    if "HASHES" in said or "hashes" in said:
        fail("a package is not the one the lock file names; do not install it, tell the project.")
    for sign in ("NewConnectionError", "ConnectTimeout", "Name or service", "NameResolution"):
        if sign in said or "Max retries exceeded" in said:
            fail("the package index cannot be reached; check the network or proxy and try again.")
    print(said[-3000:])
    fail("a package could not be installed; the lines above say which.")


def system():
    """See that the tests find a browser, Chinese letters and gettext; install them if we may."""
    missing = missing_packages()
    if not missing:
        return
    command = "apt-get install --yes --no-install-recommends " + " ".join(missing)
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        fail("the tests need %s; run `sudo %s`." % (", ".join(missing), command))
    print("setup: installing %s" % ", ".join(missing), flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if subprocess.call(["apt-get", "update", "--quiet"], env=environment):
        fail("the system's package lists cannot be fetched; check the network and try again.")
    if subprocess.call(command.split(), env=environment):
        fail("%s could not be installed; run `%s` and see." % (", ".join(missing), command))


def missing_packages():
    """Name the system packages that are not there."""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing.append(SYSTEM_PACKAGES[0])
    if not has_chinese_letters():
        missing.append(SYSTEM_PACKAGES[1])
    if not (shutil.which("msgfmt") and shutil.which("xgettext")):
        missing.append(SYSTEM_PACKAGES[2])
    return missing


def has_chinese_letters():
    """Ask fontconfig, or look where Debian keeps the fonts."""
    if shutil.which("fc-list"):
        found = subprocess.run(["fc-list", ":lang=zh"], stdout=subprocess.PIPE, check=False)
        return bool(found.stdout.strip())
    return os.path.isdir("/usr/share/fonts/opentype/noto")


def main():
    """Do what the first argument says."""
    step, arguments = sys.argv[1], sys.argv[2:]
    {"create": create, "install": install, "system": system}[step](*arguments)


if __name__ == "__main__":
    main()
