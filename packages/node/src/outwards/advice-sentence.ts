import type { Advice } from './outwards-sources.ts'
import type { OutwardsLanguage } from './outwards-shape.ts'

type Sentences = Readonly<Record<Advice['because'], { readonly plain: string; readonly until: string }>>

const SENTENCES: Readonly<Record<OutwardsLanguage, Sentences>> = {
  en: {
    'own-surplus': {
      plain: 'Your home makes more than it uses now: a good time to use power.',
      until:
        'Your home makes more than it uses now: a good time to use power, until {time} if today is like yesterday.',
    },
    'spare-nearby': {
      plain: 'The neighbourhood has energy to spare now: a good time to use power.',
      until:
        'The neighbourhood has energy to spare now: a good time to use power, until {time} if today is like yesterday.',
    },
    'spare-later': {
      plain: 'The neighbourhood has nothing to spare now, and will have later: wait if you can.',
      until: 'The neighbourhood has nothing to spare now: wait until {time} if today is like yesterday.',
    },
    'only-grid': {
      plain: 'Power comes from the public grid now, and no surplus is in sight.',
      until: 'Power comes from the public grid now, until {time} if today is like yesterday.',
    },
  },
  it: {
    'own-surplus': {
      plain: 'La tua casa ora produce più di quanto usa: è un buon momento per consumare.',
      until:
        'La tua casa ora produce più di quanto usa: è un buon momento per consumare, fino alle {time} se oggi è come ieri.',
    },
    'spare-nearby': {
      plain: 'Nel vicinato ora c’è eccedenza: è un buon momento per consumare.',
      until:
        'Nel vicinato ora c’è eccedenza: è un buon momento per consumare, fino alle {time} se oggi è come ieri.',
    },
    'spare-later': {
      plain: 'Nel vicinato ora non c’è eccedenza, più tardi sì: aspetta se puoi.',
      until: 'Nel vicinato ora non c’è eccedenza: aspetta le {time} se oggi è come ieri.',
    },
    'only-grid': {
      plain: 'L’energia ora viene dalla rete pubblica e non si vede eccedenza.',
      until: 'L’energia ora viene dalla rete pubblica, fino alle {time} se oggi è come ieri.',
    },
  },
}

/** An advice as people read it, in the household's language. */
export function adviceSentence({ because, until }: Advice, language: OutwardsLanguage): string {
  const { plain, until: bounded } = SENTENCES[language][because]
  return until === undefined ? plain : bounded.replace('{time}', until.wallTime)
}
