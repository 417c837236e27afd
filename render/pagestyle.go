package render

import (
	"fmt"
	"image/color"
	"math"
	"strings"
)

// shades is how many steps of colour tokens have on each side of zero.
const shades = 20

// shade names the class of a position on the colour map.
func shade(position float64) string {
	switch step := int(math.Round(position * shades)); {
	case math.IsNaN(position):
		return "nan"
	case step < 0:
		return fmt.Sprintf("n%d", -step)
	default:
		return fmt.Sprintf("p%d", step)
	}
}

// style is the page's style sheet: colours of tokens are classes, because the
// page's policy forbids style attributes.
func style() string {
	var b strings.Builder
	b.WriteString(sheetStyle)
	colors := blueWhiteRed()
	add := func(position float64) {
		c := colors.at(position)
		fmt.Fprintf(&b, ".%s{background:%s;color:%s}\n", shade(position), hex(c), hex(inkOn(c)))
	}
	for i := -shades; i <= shades; i++ {
		add(float64(i) / shades)
	}
	add(math.NaN())
	fmt.Fprintf(&b, ".for{fill:%s}\n.against{fill:%s}\n", hex(colors.at(1)), hex(colors.at(-1)))
	return b.String()
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// inkOn is black or white, whichever is read better on a colour.
func inkOn(c color.RGBA) color.RGBA {
	black, white := color.RGBA{A: 255}, color.RGBA{R: 255, G: 255, B: 255, A: 255}
	if contrast(c, white) > contrast(c, black) {
		return white
	}
	return black
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// script moves all veils with any of the sliders. Without it the sliders are
// hidden and the veils lie over the inputs in full.
const script = `
document.documentElement.className = "live";
document.addEventListener("input", function (event) {
  if (event.target.className !== "slider") return;
  document.querySelectorAll(".slider").forEach(function (s) { s.value = event.target.value; });
  document.querySelectorAll(".veil").forEach(function (v) { v.style.opacity = event.target.value / 100; });
});
`

// sheetStyle has no "<" and no "&", so that a page is also read by what knows XML
// only. The input below a veil is gray at 55 % over white, as Overlay has it.
const sheetStyle = `
:root{color-scheme:light;--ink:#202020;--faint:#5f5f5f;--line:#d8d8d8;--wash:#f6f6f6;--key:#1f4e79}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 24px 48px}
h1{font-size:24px;line-height:1.25;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:18px;margin:36px 0 10px}
h3{font-size:15px;margin:18px 0 6px}
p{margin:6px 0}
.note,figcaption,.scale{color:var(--faint);font-size:13px}
.legend{display:flex;align-items:center;gap:10px;margin:14px 0 18px;font-size:13px}
.legend svg{width:260px;height:14px;border:1px solid var(--line)}
.row{border:1px solid var(--line);border-radius:8px;margin:0 0 12px}
.row[open]{padding-bottom:16px}
.row>summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 22px;padding:10px 16px;cursor:pointer;list-style:none}
.row>summary::-webkit-details-marker{display:none}
.row>summary::before{content:"\25b8";color:var(--faint);margin-right:-12px}
.row[open]>summary::before{content:"\25be"}
.row>summary:hover{background:var(--wash);border-radius:8px}
.label{font-weight:600;overflow-wrap:anywhere}
.pair b{font-weight:400;color:var(--faint);margin-right:6px}
.pair{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tabs{display:flex;flex-wrap:wrap;padding:0 16px;position:relative}
.tabs::after{content:"";order:1;flex:1;border-bottom:1px solid var(--line)}
.tabs>input{position:absolute;opacity:0;pointer-events:none}
.tabs>label{order:1;padding:6px 14px;border:1px solid transparent;border-bottom-color:var(--line);border-radius:6px 6px 0 0;color:var(--key);cursor:pointer}
.tabs>label:hover{background:var(--wash)}
.tabs>input:checked+label{border-color:var(--line);border-bottom-color:#fff;color:var(--ink);font-weight:600}
.tabs>input:focus-visible+label{outline:2px solid var(--key);outline-offset:-2px}
.tabs>section{order:2;display:none;width:100%;padding:12px 1px 1px;overflow-x:auto}
.tabs>input:checked+label+section{display:block}
.classes .tabs{padding:0}
.classes>label{font-variant-numeric:tabular-nums}
.facts{display:flex;flex-wrap:wrap;gap:4px 26px;margin:0 0 10px}
.pictures{display:flex;flex-wrap:wrap;gap:16px;margin:8px 0}
figure{margin:0}
figure img,.stage{display:block;box-shadow:0 0 0 1px var(--line)}
figcaption{display:flex;align-items:center;gap:16px;padding-top:6px}
.enlarged{image-rendering:pixelated}
.stage{position:relative;width:fit-content;background:#fff}
.stage img{box-shadow:none}
.stage .under{filter:grayscale(1) opacity(.55)}
.stage .veil{position:absolute;left:0;top:0}
.knob{display:none}
.live .knob{display:flex;flex:1;align-items:center;gap:8px}
.slider{flex:1;min-width:80px;max-width:180px;margin:0}
.tokens{line-height:2.1;margin:8px 0;max-width:900px}
.token{unicode-bidi:isolate;white-space:pre-wrap;overflow-wrap:anywhere;border-radius:4px;padding:3px 5px;margin:0 2px;cursor:default;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.features{border-collapse:collapse;table-layout:fixed;font-variant-numeric:tabular-nums}
.features th{font-weight:400;color:var(--faint);font-size:13px;text-align:left}
.features th,.features td{padding:2px 0;vertical-align:middle;overflow-wrap:anywhere;unicode-bidi:isolate}
.features .name{width:240px}
.features .num{width:130px;text-align:right}
.features td:last-child{white-space:nowrap}
.features .box{width:380px;padding-left:32px}
.features svg{display:block;width:348px;height:13px;background:linear-gradient(#999,#999) center/1px 100% no-repeat}
.features{min-width:500px}
@media(max-width:1080px){.features .name{width:120px}.features .num{width:90px}.features .box{width:150px;padding-left:24px}.features svg{width:126px}}
.more>summary{cursor:pointer;color:var(--key);padding:4px 0}
.about{display:grid;grid-template-columns:max-content 1fr;gap:3px 20px;margin:0}
.about dt{color:var(--faint)}
.about dd{margin:0;overflow-wrap:anywhere}
footer{border-top:1px solid var(--line);margin-top:32px}
@media print{.tabs>section{display:block}.knob,.live .knob{display:none}}
`
