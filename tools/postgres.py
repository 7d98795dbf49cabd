"""Run a command with AMANAT_TEST_DATABASE naming a fresh PostgreSQL cluster of its own, and stop it after.

    python tools/postgres.py pytest tests/server

The cluster listens on a unix socket in a temporary folder only. PostgreSQL refuses to run as root, so root
becomes the user `postgres` for it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def server_program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    program = str(found[-1]) if found else shutil.which(name)
    if not program:
        sys.exit("No PostgreSQL server here. Please run:  sudo apt-get install postgresql")
    return program


def run_as_postgres(*command: str) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


def main(command: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="amanat-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, control = str(folder / "data"), server_program("pg_ctl")
    try:
        run_as_postgres(server_program("initdb"), "-D", data, "-U", "amanat", "--auth=trust", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c max_connections=100"
        run_as_postgres(control, "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            folder.chmod(0o755)
            address = f"postgres://amanat@/amanat?host={folder}"
            subprocess.run(
                [str(Path(control).with_name("createdb")), "-h", str(folder), "-U", "amanat", "amanat"],
                check=True,
            )
            return subprocess.run(command, env={**os.environ, "AMANAT_TEST_DATABASE": address}).returncode
        finally:
            run_as_postgres(control, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
