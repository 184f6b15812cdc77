"""
A scale and a melody
====================

In equal temperament each of the twelve steps of an octave multiplies the frequency by the twelfth root
of two. This example synthesises a scale, four waveforms, and a melody.
"""

# %%
# Thirteen notes
# --------------
#
# ``scale`` returns the names of the notes from one to another, and ``note`` the frequency of each.

from matplotlib import pyplot as plt

from opsin import audio

names = audio.scale("C5", "C6")
for name in names:
    print(f"{name:3} {audio.note(name):7.2f} Hz")

# %%
# ``melody`` plays them one after the other.

chromatic = audio.melody(names, tempo=240)
chromatic

# %%
# Four waves
# ----------
#
# The harmonics determine the timbre of a tone. Square, triangle and saw contain the harmonics below half
# the rate and no others. A plain ``sign(sin(...))`` contains all of them, and those above half the rate
# are aliased to other frequencies.

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
# Each note is one beat long. ``-`` adds a beat, ``/`` halves the length, and ``+`` joins the notes of a
# chord.

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
