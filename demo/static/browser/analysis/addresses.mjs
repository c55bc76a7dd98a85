// The analysis' addresses, as demo/analysis/address.py and demo/space/kept_address.py write them. An address is all its parts, as texts.

/** What the browser does with addresses; facts: those of demo/space/kept_analysis.py. */
export function addresses({ prefix, first, changed, kept, depends, comparing, any }) {
  const names = Object.keys(first);
  const links = new RegExp(`href="${changed}([^"]*)"`, "g");

  /** The address of a text behind #; null where it asks for what no view has. A model is not compared with itself. */
  function parsed(hash) {
    const asked = Object.fromEntries(new URLSearchParams(hash.slice(prefix.length + 1)));
    if (Object.keys(asked).some((name) => !names.includes(name))) return null;
    const address = { ...first, ...asked };
    return address.other === address.model ? { ...address, other: "" } : address;
  }

  function href(address) {
    const query = new URLSearchParams(names.filter((name) => address[name] !== first[name]).map((name) => [name, address[name]]));
    return query.size ? `${prefix}?${query}` : prefix;
  }

  /** HTML whose links say what they change -> the same with whole addresses. */
  function linked(html, address) {
    return html.replaceAll(links, (_, written) => {
      const next = { ...address, page: first.page, picture: first.picture };
      for (const [name, value] of new URLSearchParams(written.replaceAll("&amp;", "&"))) next[name] = value === kept ? address[name] : value;
      return `href="${href(next).replaceAll("&", "&amp;")}"`;
    });
  }

  /** Under which a piece lies in its bundle. */
  function key(piece, address) {
    const other = piece === "gallery" && !comparing.includes(address.only) ? address.other && any : address.other;
    return [piece, ...depends[piece].map((part) => (part === "other" ? other : address[part]))].join("|");
  }

  /** Whether the address asks for nothing that is worked out for one visitor. */
  const plain = (address) => ["change", "mark", "area", "spot"].every((part) => address[part] === first[part]);

  return { parsed, href, linked, key, plain };
}
