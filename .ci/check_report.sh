#!/usr/bin/env bash
# Compares two runs with "wrn compare" and looks at the page in a headless Chromium: every chart shows the curve of
# every run, over epochs and over time, and the values under the pointer are named.
# Skipped, with a word, where no Chromium is installed. The page and a picture of it stay in target/ci.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
logs=$PWD/target/ci
mkdir -p "$logs"

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [[ -z $chromium ]]; then
  echo "SKIPPED: the report was not looked at in a browser, because no Chromium is installed"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for seed in 1 2; do
  mkdir "$work/run-$seed"
  cat >"$work/run-$seed/run.json" <<EOF
{"state": "finished", "recipe": {"network": {"model": "wrn-16-1", "variant": "paper"}}, "options": {"seed": $seed}}
EOF
  {
    echo "epoch,accuracy,learning_rate,loss,val_accuracy,val_loss,seconds,images_per_second"
    for epoch in 0 1 2 3; do
      echo "$epoch,0.$((4 + epoch))$seed,0.$((9 - 2 * epoch)),1.$((9 - epoch))$seed,0.$((4 + epoch)),1.$((8 - epoch)),1$seed,90$seed"
    done
  } >"$work/run-$seed/history.csv"
done
page=$logs/report.html
./wrn compare "$work/run-1" "$work/run-2" --to "$page"

browse() {
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$(mktemp -d -p "$work")" "$@" 2>"$work/browser.log" || {
    tail "$work/browser.log"
    return 1
  }
}

# The page counts the curves that take up room in its charts: of 6 charts and 2 runs.
seen() {
  browse --dump-dom "file://$1" | grep -o '<html[^>]*>' | grep -o 'data-rendered="[0-9]*"' || true
}
sed 's/ checked="checked"//; s/id="over-time"/& checked="checked"/' "$page" >"$work/over-time.html"
for file in "$page" "$work/over-time.html"; do
  rendered=$(seen "$file")
  if [[ $rendered != 'data-rendered="12"' ]]; then
    echo "FAILED: Chromium shows ${rendered:-no curve} of 12 curves of $(basename "$file")"
    exit 1
  fi
done

# The pointer stands in the first chart, at three quarters of four epochs.
pointer='<script>{ const svg = document.querySelector("figure svg"), box = svg.getBoundingClientRect();
  const at = { clientX: box.left + box.width * (54 + 0.75 * 372) / 440, clientY: box.top + 50 };
  svg.dispatchEvent(new PointerEvent("pointermove", at)); }</script>'
sed "s#</body>#${pointer//$'\n'/ }</body>#" "$page" >"$work/pointer.html"
tip=$(browse --dump-dom "file://$work/pointer.html" | grep -o '<div id="tip".*' || true)
for value in 'run-1, epoch 3</span><span class="value">60.00<' 'run-2, epoch 3</span><span class="value">60.00<'; do
  if [[ $tip != *"$value"* ]]; then
    echo "FAILED: under the pointer there is no '$value', but: ${tip:-nothing}"
    exit 1
  fi
done

browse --window-size=1280,2000 --hide-scrollbars --screenshot="$logs/report.png" "file://$page"
echo "Chromium draws the 12 curves of the report over epochs and over time, and names the values under the pointer"
