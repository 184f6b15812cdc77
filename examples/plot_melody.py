"""
A scale and a melody
====================

Notes are frequencies: in equal temperament each of the twelve steps of an octave multiplies the
frequency by the twelfth root of two. From that rule come a scale, four kinds of tone, and a tune.
"""

# %%
# Thirteen notes
# --------------
#
# ``scale`` names the notes from one to another, and ``note`` tells the frequency of each.

from matplotlib import pyplot as plt

from opsin import audio

names = audio.scale("C5", "C6")
for name in names:
    print(f"{name:3} {audio.note(name):7.2f} Hz")

# %%
# One after the other, they are a melody.

chromatic = audio.melody(" ".join(names), tempo=240)
chromatic

# %%
# Four waves
# ----------
#
# The same pitch sounds different with different harmonics. A square and a saw hold the harmonics
# that fit below half the sampling rate and no more: a plain ``sign(sin(...))`` folds the others back
# as tones that nobody played.

fig, axes = plt.subplots(2, 4, figsize=(11, 5), sharex="row", sharey="row", layout="constrained")
for (above, below), wave in zip(axes.T, ("sine", "triangle", "square", "saw"), strict=True):
    sound = audio.tone("A4", 1.0, 44100, wave=wave)
    audio.waveform(sound.between(0.5, 0.5 + 3 / 440), ax=above)
    above.set_title(wave)
    audio.spectrogram(sound, window=0.05, ax=below)
    below.set_ylim(0, 12000)
for ax in axes[:, 1:].flat:
    ax.set_ylabel("")

# %%

audio.concatenate([audio.tone("A4", 0.7, wave=wave) for wave in ("sine", "triangle", "square", "saw")])

# %%
# A melody
# --------
#
# Each note takes a beat; ``-`` holds it for one more, ``/`` halves it, and notes joined by ``+`` sound
# together.

tune = "C4 C4 G4 G4 | A4 A4 G4- | F4 F4 E4 E4 | D4 D4 C4-"
chords = "C3+E3+G3--- | F3+A3+C4- C3+E3+G3- | F3+A3+C4- C3+E3+G3- | G3+B3+D4- C3+E3+G3-"
twinkle = audio.mix(
    [
        audio.melody(tune, tempo=140, rate=22050, wave="triangle"),
        audio.melody(chords, tempo=140, rate=22050, amplitude=0.3),
    ]
)
twinkle

# %%

ax = audio.spectrogram(twinkle, window=0.08)
ax.set_ylim(0, 3000)
ax.figure.colorbar(ax.images[0], label="power (dB)")
ax.set_title("Twinkle, twinkle, little star")
