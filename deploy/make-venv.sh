#!/bin/sh
# make-venv.sh PYTHON VENV REQUIREMENTS: a virtual environment with the hashed requirements and the product itself.
set -eu
python=$1 venv=$2 requirements=$3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed (set PYTHON=…)")'
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "Installing $requirements into $venv …"
if command -v uv >/dev/null 2>&1; then
    uv pip install -q --compile-bytecode --python "$venv/bin/python" --require-hashes -r "$requirements"
else
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$requirements"
fi
# The product itself: its command is a link into this checkout, so nothing has to be built.
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd > "$site/peremena-checkout.pth"
cat > "$venv/bin/peremena" <<EOF
#!$(cd "$venv" && pwd)/bin/python
from peremena.__main__ import main
main()
EOF
chmod +x "$venv/bin/peremena"
