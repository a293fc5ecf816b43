#!/usr/bin/env python3
"""Summarizes a `gst-launch-1.0 -m` log and checks the reply.

usage: quickstart-report.py LOG REPLY.wav [SAID.wav]

SAID.wav is the simulator's recording of its answer. If it exists, REPLY.wav must hold the same samples. Otherwise REPLY.wav must
hold as many bytes of audio as the messages in LOG report. Exit status 0: REPLY.wav is a valid WAV file and passes this check.
"""
import os
import re
import sys
import wave


def messages(log):
    """Yields (name, fields) of every gemlive message in a gst-launch -m log."""
    for line in log:
        found = re.search(r'\(element\): (gemlive/[a-z-]+)(.*);$', line)
        if not found:
            continue
        field = r', ([a-z-]+)=\([^)]*\)("(?:[^"\\]|\\.)*"|[^,;]*)'
        fields = {name: value.strip('"') for name, value in re.findall(field, found[2])}
        yield found[1], fields


def plain(text):
    return re.sub(r'\\(.)', r'\1', text).strip()


def samples(path):
    with wave.open(path) as file:
        return file.getparams(), file.readframes(file.getnframes())


def main():
    log, reply = sys.argv[1:3]
    said = sys.argv[3] if len(sys.argv) > 3 and os.path.exists(sys.argv[3]) else None
    sent_bytes = 0
    with open(log, encoding='utf-8', errors='replace') as lines:
        for name, fields in messages(lines):
            if name == 'gemlive/connected':
                print('  connected')
            elif name == 'gemlive/turn-started' and fields['first-audio-delay'].isdigit():
                print(f"  first audio after {int(fields['first-audio-delay']) // 1000000} ms")
            elif name == 'gemlive/turn-complete':
                sent_bytes += int(fields['audio-bytes'])
                print(f"  question:  {plain(fields['input-transcript'])}")
                print(f"  answer:    {plain(fields['output-transcript'])}")
                print(f"  turn complete: {int(fields['audio-duration']) / 1e9:.1f} s of speech")
    try:
        params, audio = samples(reply)
    except (OSError, EOFError, wave.Error) as error:
        sys.exit(f'{reply} is not a WAV file: {error}')
    if not audio:
        sys.exit(f'{reply} holds no audio')
    if said and audio != samples(said)[1]:
        sys.exit(f'{reply} differs from the audio that the simulator sent')
    if not said and len(audio) != sent_bytes:
        sys.exit(f'{reply} holds {len(audio)} bytes of audio, the service sent {sent_bytes}')
    seconds = len(audio) / params.sampwidth / params.nchannels / params.framerate
    print(f'The answer is in {reply}: {seconds:.1f} s, {params.framerate} Hz, '
          + ('every sample as the simulator sent it.' if said else 'all audio that the service sent.'))


if __name__ == '__main__':
    main()
