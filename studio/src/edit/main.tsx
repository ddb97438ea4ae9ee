import { words as historyWords } from '../history/words.ts'
import { words as modelsWords } from '../models/words.ts'
import { startPage } from '../shared/startPage.tsx'
import { App } from './app.tsx'
import './styles.css'
import { words } from './words.ts'

await startPage(<App />, words, historyWords, modelsWords)
