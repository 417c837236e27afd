package render

// pageTemplate is the page of a report. It is XML as well as HTML.
const pageTemplate = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{{.Policy}}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<link rel="icon" href="data:,"/>
<title>{{cut .Title}}</title>
<style>{{.Style}}</style>
</head>
<body>
<main>
<h1>{{cut .Title}}</h1>
{{range .Notes}}<p class="note">{{.}}</p>
{{end}}<div class="legend"><span>speaks against</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="Colours from blue, against, by white, zero, to red, for"><defs><linearGradient id="map">{{range .Stops}}<stop offset="{{.Offset}}" stop-color="{{.Color}}"/>{{end}}</linearGradient></defs><rect width="100" height="10" fill="url(#map)"/></svg><span>speaks for</span></div>
{{range .Rows}}{{$row := .}}<details class="row" id="{{.ID}}"{{if .Open}} open=""{{end}}>
<summary><span class="label">{{.Label}}</span>{{template "facts" .Facts}}</summary>
{{if eq (len .Classes) 1}}{{template "methods" index .Classes 0}}{{else if .Classes}}<div class="tabs classes">
{{range $i, $class := .Classes}}<input type="radio" name="{{$row.ID}}" id="{{.ID}}"{{if eq $i 0}} checked=""{{end}}/><label for="{{.ID}}">{{.Class}}</label>
<section aria-label="{{.Class}}">
{{if .Facts}}<div class="facts">{{template "facts" .Facts}}</div>
{{end}}{{template "methods" .}}</section>
{{end}}</div>
{{end}}</details>
{{end}}<footer>
{{if .Methods}}<h2>Methods</h2>
{{range .Methods}}<h3>{{cut .Name}}</h3>
<p>{{.About}}</p>
{{if .Params}}<p class="facts">{{template "facts" .Params}}</p>
{{end}}{{range .Notes}}<p class="note">{{.}}</p>
{{end}}{{end}}{{end}}{{if .About}}<h2>Made from</h2>
<dl class="about">{{range .About}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>{{end}}</dl>
{{end}}</footer>
</main>
<script>{{.Script}}</script>
</body>
</html>{{"\n"}}
{{- define "methods"}}{{$class := .}}<div class="tabs">
{{range $i, $tab := .Tabs}}<input type="radio" name="{{$class.ID}}-methods" id="{{.ID}}"{{if eq $i 0}} checked=""{{end}}/><label for="{{.ID}}">{{.Method}}</label>
<section aria-label="{{.Method}}">
<div class="facts">{{template "facts" .Facts}}</div>
{{range .Findings}}{{template "finding" .}}{{end}}</section>
{{end}}</div>
{{end}}
{{- define "facts"}}{{range .}}<span class="pair"><b>{{cut .Name}}</b>{{cut .Value}}</span>{{end}}{{end}}
{{- define "finding"}}{{if .Input}}<h3>{{.Input}}</h3>
{{end}}{{with .Picture}}{{$size := .}}<div class="pictures">
{{if .Input}}<figure><img{{template "size" .}} src="{{.Input}}" alt="input"/><figcaption>input</figcaption></figure>
{{end}}<figure><img{{template "size" .}} src="{{.Heat}}" alt="heat map of the attributions"/><figcaption>attributions, {{.Scale}}</figcaption></figure>
{{if .Overlaying}}<figure><div class="stage"><img class="under{{if .Enlarged}} enlarged{{end}}" width="{{.Width}}" height="{{.Height}}" src="{{.Input}}" alt="input in gray"/><img class="veil{{if .Enlarged}} enlarged{{end}}" width="{{.Width}}" height="{{.Height}}" src="{{.Veil}}" alt="attributions laid over it"/></div><figcaption>both <label class="knob">opacity <input class="slider" type="range" min="0" max="100" value="100"/></label></figcaption></figure>
{{end}}</div>
{{end}}{{with .Tokens}}<p class="tokens">{{range .List}}<span class="token {{.Class}}" title="{{.Title}}">{{.Text}}</span>
{{end}}</p>
<p class="scale">strongest colours: {{.Scale}}; the number of a token shows under the pointer. {{.Note}}</p>
{{end}}{{with .Features}}{{template "table" .First}}{{if .Rest.List}}<details class="more"><summary>{{len .Rest.List}} more</summary>
{{template "table" .Rest}}</details>
{{end}}{{if .Note}}<p class="scale">{{.Note}}</p>
{{end}}{{end}}{{end}}
{{- define "size"}}{{if .Enlarged}} class="enlarged"{{end}} width="{{.Width}}" height="{{.Height}}"{{end}}
{{- define "table"}}<table class="features">
{{if .Heads}}<tr><th class="name">feature</th>{{if .Values}}<th class="num">value</th>{{end}}{{if .Baselines}}<th class="num">baseline</th>{{end}}<th class="box"></th><th class="num">attribution</th></tr>
{{end}}{{$all := .}}{{range .List}}<tr><td class="name">{{.Name}}</td>{{if $all.Values}}<td class="num">{{.Value}}</td>{{end}}{{if $all.Baselines}}<td class="num">{{.Baseline}}</td>{{end}}<td class="box"><svg viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true"><rect class="{{.Class}}" x="{{.X}}" width="{{.Width}}" height="12"/></svg></td><td class="num">{{.Attribution}}</td></tr>
{{end}}</table>
{{end}}`
