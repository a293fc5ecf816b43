// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page: buttons, captions, levels.

import {Call} from './call.js';
import {Listener, Waves} from './sound.js';

const at = id => document.getElementById(id);
const waves = new Waves(at('waves'));

let call = null, context = null, microphone = null, camera = null;
let user = null, model = null;          // Listeners
let typedAt = -Infinity, waitingSince = null;

// ---- State and problems -------------------------------------------------------------------------

const states = {
  idle: 'Not connected', connecting: 'Connecting…', connected: 'Connected',
  resumed: 'Connected. The conversation goes on', reconnecting: 'Reconnecting…',
};

function setState(state) {
  at('state').dataset.state = state;
  at('state').textContent = states[state];
  const on = state !== 'idle';
  at('talk').textContent = on ? 'End' : 'Talk';
  at('talk').classList.toggle('on', on);
  for (const id of ['text', 'send', 'camera', 'interrupt']) at(id).disabled = !call;
  at('mute').disabled = !microphone;
}

function report(problem) {
  at('problem').textContent = problem;
  at('problem').hidden = !problem;
}

// ---- Captions -----------------------------------------------------------------------------------

let open = {};                          // the caption that grows, of each side
let turn = null;                        // the note below the model's last caption

function bubble(side) {
  at('welcome')?.remove();
  const caption = document.createElement('p');
  caption.className = `bubble ${side}`;
  const speaker = document.createElement('span');
  speaker.className = 'speaker';
  speaker.textContent = side === 'model' ? 'Model' : 'You';
  caption.append(speaker, '');
  at('captions').append(caption);
  return caption;
}

let isAtEnd = true, bottom = 0;         // of the captions; not when the visitor reads earlier ones

function follow() {
  if (!isAtEnd) return;
  at('captions').scrollTop = at('captions').scrollHeight;
  bottom = at('captions').scrollTop;
}
at('captions').onscroll = ({target: {scrollTop, clientHeight, scrollHeight}}) => {
  if (scrollTop + clientHeight > scrollHeight - 2) isAtEnd = true;
  else if (scrollTop < bottom) isAtEnd = false;  // otherwise the captions have grown meanwhile
};
new ResizeObserver(follow).observe(at('captions'));

function addCaption(side, text) {
  open[side] ??= bubble(side);
  open[side].lastChild.data += text;
  if (side === 'model' && turn) open[side].after(turn);
  follow();
}

function addNote(text, kind = 'note') {
  const note = document.createElement('p');
  note.className = kind;
  note.textContent = text;
  at('captions').append(note);
  follow();
  return note;
}

// ---- What the server says -----------------------------------------------------------------------

const onEvent = {
  connected: ({resumed}) => setState(resumed ? 'resumed' : 'connected'),
  reconnecting: () => setState('reconnecting'),
  caption: ({of, text}) => addCaption(of, text),
  'caption-end': ({of}) => { delete open[of]; },
  'turn-started': () => {
    turn = null;
    waitingSince = Math.max(user?.lastLoud ?? -Infinity, typedAt);
    if (model?.started > waitingSince) onFirstSound(model.started);  // the sound was faster than this event
  },
  interrupted: () => { delete open.model; },
  'turn-complete': ({interrupted}) => {
    if (interrupted) addNote('interrupted');
  },
  'tool-call': ({name, arguments: given}) => addNote(`called ${name}(${given === '{}' ? '' : given})`, 'tool'),
  level: ({of, level}) => showLevel(of, level),
};

function showLevel(side, level) {       // dBFS
  const share = Math.max(0, Math.min(1, (level + 60) / 50));
  waves.set(side, share);
  at(`${side}-level`).setAttribute('aria-valuenow', Math.round(share * 100));
}

/** The model's voice is heard. */
function onFirstSound(time) {
  if (waitingSince === null) return;
  const seconds = (time - waitingSince) / 1000;
  waitingSince = null;
  turn = addNote(`first sound after ${seconds.toFixed(2)} s`);
  turn.dataset.seconds = seconds;
}

setInterval(() => { user?.listen(); model?.listen(); }, 20);
setInterval(() => waves.step(), 100);

// ---- Buttons ------------------------------------------------------------------------------------

async function openMicrophone() {
  try {
    return await navigator.mediaDevices.getUserMedia(
        {audio: {echoCancellation: true, noiseSuppression: true, autoGainControl: true}});
  } catch {
    report('The microphone is not available. Type your questions, or allow the microphone and press Talk again.');
    return null;
  }
}

async function talk() {
  report('');
  setState('connecting');
  const visit = context = new AudioContext();
  const stream = await openMicrophone();
  if (context !== visit) return stop(stream);  // the visitor pressed End meanwhile
  microphone = stream;
  if (microphone) {
    user = new Listener(context, microphone);
    microphone.getAudioTracks()[0].onended = () => report('The microphone was lost. Connect it, press End and then Talk, or type.');
  }
  call = new Call(microphone);
  call.addEventListener('track', ({detail}) => {
    at('voice').srcObject = detail;
    model = new Listener(context, detail);
    model.onstart = onFirstSound;
  });
  call.addEventListener('event', ({detail}) => onEvent[detail.event]?.(detail));
  call.addEventListener('closed', ({detail}) => end(detail));
  setState('connecting');
}

function stop(stream) {
  stream?.getTracks().forEach(track => track.stop());
}

function end(reason) {
  user?.stop();
  model?.stop();
  context.close();
  stop(microphone);
  stop(camera);
  call = context = microphone = camera = user = model = turn = waitingSince = null;
  open = {};
  for (const side of ['user', 'model']) showLevel(side, -Infinity);
  press('mute', false);
  press('camera', false);
  at('preview').hidden = true;
  report(reason);
  if (document.activeElement.closest('footer')) at('talk').focus();  // what is disabled would lose it
  setState('idle');
}

function press(id, pressed) {
  at(id).setAttribute('aria-pressed', pressed);
}

function mute() {
  const [track] = microphone.getAudioTracks();
  track.enabled = !track.enabled;
  press('mute', !track.enabled);
}

/** One picture a second, small enough for a message. */
async function showCamera() {
  const visit = context, preview = at('preview');
  at('camera').disabled = true;
  const stream = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}}).catch(() => null);
  if (context !== visit || camera) return stop(stream);
  at('camera').disabled = false;
  if (!stream) return report('The camera is not available. Allow it, and press Camera again.');
  camera = preview.srcObject = stream;
  preview.hidden = false;
  press('camera', true);
  stream.getVideoTracks()[0].onended = () => { hideCamera(); report('The camera was lost.'); };
  await preview.play();
  while (camera === stream) {
    const canvas = new OffscreenCanvas(preview.videoWidth, preview.videoHeight);  // a phone can be turned
    canvas.getContext('2d').drawImage(preview, 0, 0);
    const picture = await canvas.convertToBlob({type: 'image/jpeg', quality: 0.7});
    if (camera === stream) call.show(picture);
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

function hideCamera() {
  stop(camera);
  camera = null;
  at('preview').hidden = true;
  press('camera', false);
}

at('talk').onclick = () => call ? call.close() : context ? end('') : talk();
at('mute').onclick = mute;
at('camera').onclick = () => camera ? hideCamera() : showCamera();
at('interrupt').onclick = () => call.interrupt();
at('say').onsubmit = event => {
  event.preventDefault();
  const text = at('text').value.trim().toWellFormed();  // half an emoji is no text
  if (!text) return;
  call.say(text);
  typedAt = performance.now();
  at('text').value = '';
  delete open.user;                     // what is said and what is typed are two captions
  addCaption('user', text);
  delete open.user;
};
addEventListener('keydown', event => {
  if (event.key === 'Escape' && !event.isComposing) call?.interrupt();
});
