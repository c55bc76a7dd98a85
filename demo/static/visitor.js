"use strict";
// A name that only this browser knows, for a visitor's own corrections. Some browsers let pages keep nothing.

const VISITOR_KEY = "digits-visitor";

/** 32 hexadecimal digits, the same on each visit, or at least until the page is left. */
function visitor() {
  const name = knownVisitor() || newName();
  window.digitsVisitor = name; // for the other tabs, where nothing can be stored
  try {
    localStorage.setItem(VISITOR_KEY, name);
  } catch {}
  return name;
}

/** The visitor's name, or "" for one who has none yet. */
function knownVisitor() {
  return stored() || window.digitsVisitor || "";
}

/** Whether the browser will have forgotten the visitor's name once the page is left. */
function isForgetful() {
  return stored() !== visitor();
}

function stored() {
  try {
    return localStorage.getItem(VISITOR_KEY);
  } catch {
    return null;
  }
}

function newName() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
