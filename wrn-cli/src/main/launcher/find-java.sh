# Sourced: sets "java" to the Java to run, or ends with one sentence and code 2.

fail() {
  printf '%s\n' "$1" >&2
  exit 2
}

if [[ -n ${JAVA_HOME:-} ]]; then
  java=$JAVA_HOME/bin/java
  [[ -x $java ]] || fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java: set it to a JDK of version 17 or newer, or unset it."
else
  java=$(command -v java) || fail "There is no java on the PATH: install a JDK of version 17 or newer, or set JAVA_HOME to one."
fi
# Every JDK says its version in a file, which is quicker to read than "java -version" is to run.
release=$(dirname "$(readlink -f "$java" 2>/dev/null || printf %s "$java")")/../release
version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$release" 2>/dev/null) || version=
[[ -n $version ]] || version=$("$java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
major=${version%%[!0-9]*}
((${major:-0} >= 17)) || fail "$java is Java ${version:-of an unknown version}: 17 or newer is needed; set JAVA_HOME to one."
